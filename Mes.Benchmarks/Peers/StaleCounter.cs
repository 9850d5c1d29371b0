namespace Mes.Benchmarks.Peers;

/// <summary>Counts answers that tell an older state than was acknowledged before they were asked for.</summary>
internal sealed class StaleCounter
{
    private long _checked;
    private long _stale;

    public long Checked => Interlocked.Read(ref _checked);

    public long Stale => Interlocked.Read(ref _stale);

    /// <param name="told">What the answer told.</param>
    /// <param name="acknowledged">The newest acknowledged version before the question was sent.</param>
    public void Check(long told, long acknowledged)
    {
        Interlocked.Increment(ref _checked);
        if (told < acknowledged)
        {
            Interlocked.Increment(ref _stale);
        }
    }
}
