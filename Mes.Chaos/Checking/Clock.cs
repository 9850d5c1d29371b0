using System.Diagnostics;

namespace Mes.Chaos.Checking;

/// <summary>The monotonic clock for all times in the history.</summary>
internal static class Clock
{
    public static long Now => Stopwatch.GetTimestamp();

    public static double Milliseconds(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;

    public static long Ticks(double milliseconds) => (long)(milliseconds * Stopwatch.Frequency / 1000);
}
