namespace Mes.Chaos.Checking;

/// <summary>Merged periods in which a promise does not hold.</summary>
internal sealed class Intervals
{
    private readonly List<(long Start, long End)> _merged = [];

    public Intervals(IEnumerable<(long Start, long End)> intervals)
    {
        foreach (var next in intervals.OrderBy(interval => interval.Start))
        {
            if (_merged.Count > 0 && next.Start <= _merged[^1].End)
            {
                _merged[^1] = (_merged[^1].Start, Math.Max(_merged[^1].End, next.End));
            }
            else
            {
                _merged.Add(next);
            }
        }
    }

    public bool Touch(long start, long end) => LastThatTouches(start, end) is not null;

    /// <summary>
    /// The end of the first stretch of this many ticks that starts at or after <paramref name="from"/> and touches none
    /// of the periods.
    /// </summary>
    public long AfterClear(long from, long length)
    {
        while (LastThatTouches(from, from + length) is { } end)
        {
            from = end + 1;
        }

        return from + length;
    }

    /// <returns>The number of ticks of this stretch that lie in the periods.</returns>
    public long Within(long start, long end) =>
        _merged.Sum(interval => Math.Max(0, Math.Min(interval.End, end) - Math.Max(interval.Start, start)));

    /// <returns>The end of the period; null if there is none.</returns>
    private long? LastThatTouches(long start, long end)
    {
        // Periods are disjoint, so it is enough to look at the last one that begins before the end.
        int low = 0, high = _merged.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_merged[middle].Start <= end)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && _merged[low - 1].End >= start ? _merged[low - 1].End : null;
    }
}
