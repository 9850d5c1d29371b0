namespace Mes.Api.Health;

/// <summary>The state of the service.</summary>
/// <param name="Status"><c>alive</c>; or <c>starting</c>, <c>ready</c>, <c>degraded</c>, <c>stopping</c>.</param>
/// <param name="WaitingFor">While starting: what the service waits for.</param>
/// <param name="Degraded">What is unavailable (<c>cache</c>, <c>database</c>), and why.</param>
/// <param name="Warnings">Settings of Redis that put the cache at risk, though none of its guarantees.</param>
internal sealed record HealthReport(
    string Status, string? WaitingFor, IReadOnlyDictionary<string, string> Degraded, IReadOnlyList<string> Warnings)
{
    /// <summary>More than there are settings to warn of.</summary>
    public const int MaxWarnings = 20;
}
