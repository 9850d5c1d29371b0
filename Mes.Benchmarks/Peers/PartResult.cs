namespace Mes.Benchmarks.Peers;

/// <summary>One part of a run.</summary>
/// <param name="Orders">How many orders the database had.</param>
/// <param name="Seconds">How long each measurement took.</param>
internal sealed record PartResult(DateTimeOffset MeasuredAt, int Orders, double Seconds, int RoundCount)
{
    /// <summary>By the name of the contender.</summary>
    public Dictionary<string, List<Round>> Rounds { get; init; } = [];

    /// <returns>The median over the rounds; NaN if the contender took no part.</returns>
    public double Median(string contender, Func<Round, double> value) =>
        Medians.Of(Values(contender, value));

    /// <returns>The median of the ratios within the rounds; NaN if one of them took no part.</returns>
    public double Ratio(string contender, string reference, Func<Round, double> value) =>
        Medians.OfRatios(Values(contender, value), Values(reference, value));

    public IEnumerable<double> Values(string contender, Func<Round, double> value) =>
        Rounds.GetValueOrDefault(contender, []).Select(value);
}
