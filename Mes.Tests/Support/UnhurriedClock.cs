namespace Mes.Tests.Support;

/// <summary>
/// Measures less time than has passed; timers run as ever. So an instance that asks for its licence every quarter of a
/// second keeps it, however slow the machine that the tests run on: a hit is then a hit, and not sometimes a read of
/// the database.
/// </summary>
internal class UnhurriedClock : TimeProvider
{
    private const int Slower = 20;
    private readonly DateTimeOffset _start = System.GetUtcNow();

    public override long TimestampFrequency => System.TimestampFrequency * Slower;

    public override DateTimeOffset GetUtcNow() => _start + (System.GetUtcNow() - _start) / Slower;

    public override long GetTimestamp() => System.GetTimestamp();
}
