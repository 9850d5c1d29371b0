namespace Mes.Domain.Results;

/// <summary>
/// An expected failure: something a caller did that cannot be done. Bugs and outages are exceptions instead.
/// </summary>
/// <param name="Code">Stable, kebab-case; the last segment of the problem type that callers see.</param>
/// <param name="Detail">One sentence for a person, without secrets.</param>
public record Error(string Code, string Detail)
{
    /// <summary>Machine-readable facts about the failure, by their JSON names.</summary>
    public IReadOnlyDictionary<string, object?> Facts { get; init; } = NoFacts;

    /// <summary>When to try again; null where the failure does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    private static readonly IReadOnlyDictionary<string, object?> NoFacts = new Dictionary<string, object?>();
}
