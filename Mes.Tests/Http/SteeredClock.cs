using Mes.Tests.Support;

namespace Mes.Tests.Http;

/// <summary>Says what the test wants to be now; timers and intervals go on as they are.</summary>
internal sealed class SteeredClock : UnhurriedClock
{
    private long _now = -1;

    /// <summary>In whole milliseconds. Null: as it is.</summary>
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
