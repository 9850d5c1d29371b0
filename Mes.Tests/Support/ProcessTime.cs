using System.Diagnostics;

namespace Mes.Tests.Support;

/// <summary>
/// Time as this process was given it. While the machine stands still, or gives its processors to others, hardly any
/// passes: so a limit that is measured by it is missed by what is slow, and not by what was kept from running.
/// </summary>
internal static class ProcessTime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>A tick that comes later than this was held up.</summary>
    private static readonly TimeSpan LongestTick = 2 * Tick;

    private static long _given;

    // Of its own, not the thread pool's: a pool without a free thread is slow, which does count.
    static ProcessTime() => new Thread(Run) { IsBackground = true, Name = nameof(ProcessTime) }.Start();

    /// <summary>Since it was first asked for. Never more than what passed by the clock, apart from a tick.</summary>
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
