namespace Mes.Benchmarks.Peers;

/// <summary>What the callers saw of one measurement. Times are in milliseconds.</summary>
/// <param name="Requests">All requests, which costs are divided by.</param>
/// <param name="PerSecond">Successful requests of the kind that is measured.</param>
/// <param name="Failed">Requests without an answer, or with an error.</param>
/// <param name="Checked">Answers that were held against what had been acknowledged before they were asked for.</param>
/// <param name="Stale">Those of them that told an older state.</param>
/// <param name="Extra">What the part measures besides; <see cref="Parts.Part.ExtraColumn"/> says what it is.</param>
internal sealed record Outcome(
    long Requests,
    double PerSecond,
    double P50,
    double P99,
    double P999,
    double Longest,
    long Failed,
    long Checked = 0,
    long Stale = 0,
    double Extra = 0)
{
    public static Outcome Of(Samples samples, StaleCounter? stale = null) => new(
        samples.Count, samples.PerSecond, samples.Percentile(50), samples.Percentile(99), samples.Percentile(99.9),
        samples.Percentile(100), samples.Failures, stale?.Checked ?? 0, stale?.Stale ?? 0);
}
