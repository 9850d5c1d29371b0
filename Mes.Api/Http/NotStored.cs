namespace Mes.Api.Http;

/// <summary>Declares that no cache may keep the answers of an endpoint; for the API's description.</summary>
internal sealed record NotStored
{
    public const string CacheControl = "no-store";

    public static NotStored Instance { get; } = new();
}
