namespace Mes.Application.Orders;

/// <summary>The orders of a seller that a submission may repeat.</summary>
/// <param name="WithExternalId">The order with the same reference; null when there is none.</param>
/// <param name="WithKey">The order that was submitted under the same idempotency key; null when there is none.</param>
public readonly record struct EarlierSubmissions(Guid? WithExternalId, EarlierSubmissions.Keyed? WithKey)
{
    /// <param name="BodyHash">SHA-256 of the body that the order was submitted with.</param>
    public sealed record Keyed(Guid OrderId, ReadOnlyMemory<byte> BodyHash);
}
