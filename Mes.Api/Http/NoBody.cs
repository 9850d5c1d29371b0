namespace Mes.Api.Http;

/// <summary>For endpoints without input: no body, or an empty object.</summary>
internal sealed record NoBody : IOptionalBody
{
    public static NoBody Instance { get; } = new();
}
