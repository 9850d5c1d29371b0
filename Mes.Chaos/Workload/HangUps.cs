namespace Mes.Chaos.Workload;

/// <summary>How often clients give up waiting for the answer to a change.</summary>
internal sealed class HangUps
{
    private const int LongestWaitMilliseconds = 20;

    private volatile int _percent = Seldom;

    public const int Seldom = 2;

    public int Percent
    {
        set => _percent = value;
    }

    /// <returns>After how long to hang up; null to wait for the answer.</returns>
    public int? DelayMilliseconds(Random random) => random.Next(100) < _percent
        ? random.Next(LongestWaitMilliseconds)
        : null;
}
