namespace Mes.Api.Http;

/// <summary>Says that an endpoint asks for no key. One that says neither this nor who may call it is closed to everybody.</summary>
internal sealed record OpenToAll
{
    public static OpenToAll Instance { get; } = new();
}
