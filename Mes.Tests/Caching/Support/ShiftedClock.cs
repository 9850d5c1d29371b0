using Mes.Tests.Support;

namespace Mes.Tests.Caching.Support;

/// <summary>The clock of a machine whose wall clock is wrong by this much.</summary>
internal sealed class ShiftedClock(TimeSpan shift) : UnhurriedClock
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + shift;
}
