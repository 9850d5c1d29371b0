using Mes.Tests.Support;

namespace Mes.Tests.Caching.Support;

/// <summary>The clock of a machine that is set wrong by so much.</summary>
internal sealed class ShiftedClock(TimeSpan shift) : UnhurriedClock
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
}
