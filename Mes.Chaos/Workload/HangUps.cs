namespace Mes.Chaos.Workload;

/// <summary>Decides how often clients give up waiting for the answer to a change.</summary>
internal sealed class HangUps
{
    private const int LongestWaitMilliseconds = 20;

    private volatile int _percent = Seldom;

    public const int Seldom = 2;

    public int Percent
    {
        set => _percent = value;
    }

    /// <returns>The delay after which the client hangs up; null to wait for the answer.</returns>
    public int? DelayMilliseconds(Random random) => random.Next(100) < _percent
        ? random.Next(LongestWaitMilliseconds)
        : null;
}
