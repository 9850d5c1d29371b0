namespace Mes.Application.Orders.SubmitOrder;

/// <summary>
/// What a seller names a submission by, so that it can send it again without submitting twice. All keys of a seller
/// share its idempotency keys: a retry may come after a rotation.
/// </summary>
/// <param name="Value">1 to <see cref="MaxLength"/> printable characters of ASCII.</param>
/// <param name="BodyHash">SHA-256 of the body's bytes.</param>
public sealed record IdempotencyKey(string Value, ReadOnlyMemory<byte> BodyHash)
{
    public const int MaxLength = 255;
}
