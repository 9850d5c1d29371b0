namespace Mes.Api.Http;

/// <summary>For the API's description: the endpoint takes an <c>Idempotency-Key</c>.</summary>
internal sealed record IdempotencyKeyMetadata
{
    public static IdempotencyKeyMetadata Instance { get; } = new();
}
