namespace Mes.Api.Http;

/// <summary>Declares that answers of an endpoint must not be stored anywhere; for the API's description.</summary>
internal sealed record NotStored
{
    public static NotStored Instance { get; } = new();
}
