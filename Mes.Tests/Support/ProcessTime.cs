using System.Diagnostics;

namespace Mes.Tests.Support;

/// <summary>
/// Time during which this process could run. Hardly any passes while the machine stalls or runs other processes. So a
/// limit in this time catches slow code, but not code that was kept from running.
/// </summary>
internal static class ProcessTime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>A tick that comes later than this was delayed.</summary>
    private static readonly TimeSpan LongestTick = 2 * Tick;

    private static long _given;

    // Uses its own thread and not the pool's. A pool without a free thread makes code slow, and that does count.
    static ProcessTime() => new Thread(Run) { IsBackground = true, Name = nameof(ProcessTime) }.Start();

    /// <summary>The time since the first call. Apart from one tick, never more than the elapsed real time.</summary>
    public static TimeSpan Now => new(Interlocked.Read(ref _given));

    private static void Run()
    {
        using var never = new ManualResetEvent(false);
        for (var before = Stopwatch.GetTimestamp(); ; before = Stopwatch.GetTimestamp())
        {
            never.WaitOne(Tick);
            var passed = Stopwatch.GetElapsedTime(before);
            Interlocked.Add(ref _given, Math.Min(passed.Ticks, LongestTick.Ticks));
        }
    }
}
