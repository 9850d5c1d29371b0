namespace Mes.Tests.Caching.Support;

/// <summary>
/// A clock that stands still until the test lets time pass: monotonic time, wall time, or both. Timers run as usual. So
/// the test alone decides what depends on elapsed time: whether a licence is alive, or a change may be acknowledged.
/// </summary>
internal sealed class SteppedClock : TimeProvider
{
    private const long NanosecondsPerTick = 100;
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private long _nanoseconds;
    private long _wallTicks;

    public override long TimestampFrequency => 1_000_000_000;

    /// <summary>
    /// Each call returns a later time, if only by a nanosecond, because the service orders replies by it.
    /// </summary>
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
