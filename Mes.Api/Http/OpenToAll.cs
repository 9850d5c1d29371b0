namespace Mes.Api.Http;

/// <summary>
/// Declares that an endpoint needs no key. An endpoint that declares neither this nor its roles rejects every caller.
/// </summary>
internal sealed record OpenToAll
{
    public static OpenToAll Instance { get; } = new();
}
