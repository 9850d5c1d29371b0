namespace Mes.Tests.Caching.Support;

/// <summary>
/// Stands still until the test lets time pass, by the monotonic clock, the wall clock, or both; timers run as ever. So
/// what depends on how much time has passed (is the licence alive? may the change be acknowledged?) is decided by the
/// test alone.
/// </summary>
internal sealed class SteppedClock : TimeProvider
{
    private const long NanosecondsPerTick = 100;
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private long _nanoseconds;
    private long _wallTicks;

    public override long TimestampFrequency => 1_000_000_000;

    /// <summary>What was asked later is later, if only by a nanosecond: answers are put in order by it.</summary>
    public override long GetTimestamp() => Interlocked.Increment(ref _nanoseconds);

    public override DateTimeOffset GetUtcNow() => _start + new TimeSpan(Interlocked.Read(ref _wallTicks));

    public void Advance(TimeSpan time)
    {
        AdvanceMonotonic(time);
        AdvanceWall(time);
    }

    public void AdvanceMonotonic(TimeSpan time) => Interlocked.Add(ref _nanoseconds, time.Ticks * NanosecondsPerTick);

    public void AdvanceWall(TimeSpan time) => Interlocked.Add(ref _wallTicks, time.Ticks);
}
