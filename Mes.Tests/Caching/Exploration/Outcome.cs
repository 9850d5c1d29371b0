namespace Mes.Tests.Caching.Exploration;

/// <summary>What came of one schedule.</summary>
/// <param name="Name">What makes the same schedule again.</param>
/// <param name="Violation">The promise that was broken; null: none.</param>
internal sealed record Outcome(string Name, string? Violation, IReadOnlyList<string> Log)
{
    /// <summary>The how-manyth it was.</summary>
    public int Number { get; init; }
}
