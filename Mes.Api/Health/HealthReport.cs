namespace Mes.Api.Health;

/// <summary>How the service is.</summary>
/// <param name="Status"><c>alive</c>; or <c>starting</c>, <c>ready</c>, <c>degraded</c>, <c>stopping</c>.</param>
/// <param name="WaitingFor">While starting: what is missing.</param>
/// <param name="Degraded">From what is away (<c>cache</c>, <c>database</c>) to why.</param>
/// <param name="Warnings">What in the configuration of the cache endangers it, though none of its promises.</param>
internal sealed record HealthReport(
    string Status, string? WaitingFor, IReadOnlyDictionary<string, string> Degraded, IReadOnlyList<string> Warnings);
