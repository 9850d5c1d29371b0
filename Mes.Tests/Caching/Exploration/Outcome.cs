namespace Mes.Tests.Caching.Exploration;

/// <summary>The result of one schedule.</summary>
/// <param name="Name">Identifies the schedule, so that it can be run again.</param>
/// <param name="Violation">The promise that was broken. Null if there is none.</param>
internal sealed record Outcome(string Name, string? Violation, IReadOnlyList<string> Log)
{
    /// <summary>The number of the schedule in its exploration.</summary>
    public int Number { get; init; }
}
