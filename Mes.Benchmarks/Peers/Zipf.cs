namespace Mes.Benchmarks.Peers;

/// <summary>Draws ranks from 0, where rank <c>r</c> is drawn in proportion to <c>1 / (r + 1)</c>.</summary>
internal sealed class Zipf
{
    private readonly double[] _cumulative;

    /// <param name="count">How many ranks there are.</param>
    public Zipf(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _cumulative = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
        {
            sum += 1.0 / (rank + 1);
            _cumulative[rank] = sum;
        }
    }

    public int Next(Random random)
    {
        var found = Array.BinarySearch(_cumulative, random.NextDouble() * _cumulative[^1]);
        return Math.Min(found < 0 ? ~found : found, _cumulative.Length - 1);
    }
}
