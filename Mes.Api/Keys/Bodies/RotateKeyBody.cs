using Mes.Api.Http;

namespace Mes.Api.Keys.Bodies;

/// <summary>How a key is rotated.</summary>
internal sealed record RotateKeyBody : IOptionalBody
{
    /// <summary>How many seconds the old key goes on being good; 86,400 if absent.</summary>
    public int? OverlapSeconds { get; init; }
}
