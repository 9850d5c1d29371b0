namespace Mes.Benchmarks;

/// <summary>All requests of one measurement.</summary>
internal sealed class Samples(IReadOnlyCollection<Sample> all, TimeSpan duration)
{
    private readonly double[] _sorted =
        [.. all.Where(sample => sample.IsSuccess).Select(sample => sample.Milliseconds).Order()];

    public IReadOnlyCollection<Sample> All => all;

    public int Count => all.Count;

    public double PerSecond => _sorted.Length / duration.TotalSeconds;

    public int Failures => all.Count - _sorted.Length;

    public double HitPercent => all.Count == 0 ? 0 : 100.0 * all.Count(sample => sample.IsHit) / all.Count;

    /// <summary>The most frequent <c>Cache-Status</c> among the answers that were not hits.</summary>
    public string Otherwise =>
        all.Where(sample => !sample.IsHit).GroupBy(sample => sample.Cache).MaxBy(group => group.Count())?.Key ?? "";

    /// <returns>Milliseconds.</returns>
    public double Percentile(double percent) =>
        _sorted.Length == 0 ? double.NaN : _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * percent / 100))];
}
