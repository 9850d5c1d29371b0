using Mes.Tests.Support;

namespace Mes.Tests.Http;

/// <summary>A clock that shows the time that the test sets. Timers and intervals run as usual.</summary>
internal sealed class SteeredClock : UnhurriedClock
{
    private long _now = -1;

    /// <summary>The time in whole milliseconds; null for the real time.</summary>
    public DateTimeOffset? Now
    {
        set => Interlocked.Exchange(ref _now, value?.ToUnixTimeMilliseconds() ?? -1);
    }

    public override DateTimeOffset GetUtcNow()
    {
        var now = Interlocked.Read(ref _now);
        return now < 0 ? base.GetUtcNow() : DateTimeOffset.FromUnixTimeMilliseconds(now);
    }
}
