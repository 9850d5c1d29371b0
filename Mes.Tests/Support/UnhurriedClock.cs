namespace Mes.Tests.Support;

/// <summary>
/// A clock that measures less time than has passed; its timers run as usual. An instance that renews its licence every
/// quarter of a second therefore keeps it on a slow machine. Reads that should be hits are then hits, and not sometimes
/// reads of the database.
/// </summary>
internal class UnhurriedClock : TimeProvider
{
    private const int Slower = 20;
    private readonly DateTimeOffset _start = System.GetUtcNow();

    public override long TimestampFrequency => System.TimestampFrequency * Slower;

    public override DateTimeOffset GetUtcNow() => _start + (System.GetUtcNow() - _start) / Slower;

    public override long GetTimestamp() => System.GetTimestamp();
}
