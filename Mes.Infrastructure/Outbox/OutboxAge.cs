namespace Mes.Infrastructure.Outbox;

/// <summary>
/// How old the oldest outbox row is, as far as one instance has seen. The database's clock, by which rows are dated, may be set; so once a row
/// has been seen it ages by the instance's own monotonic clock, and one that has become the oldest is no older than the one before it.
/// </summary>
internal sealed class OutboxAge(TimeProvider clock)
{
    private long? _row;
    private TimeSpan _age;
    private long? _lookedAt;

    /// <param name="row">The oldest row; null when there is none.</param>
    /// <param name="byDatabase">Its age by the database's clock.</param>
    public TimeSpan Look(long? row, TimeSpan byDatabase)
    {
        // Nothing was there a look ago, or it was the age told then: what is the oldest now can have become only so much older.
        var most = _lookedAt is { } lookedAt ? _age + clock.GetElapsedTime(lookedAt) : TimeSpan.MaxValue;
        _age = row is null ? TimeSpan.Zero
            : row == _row ? most
            : byDatabase < TimeSpan.Zero ? TimeSpan.Zero
            : byDatabase < most ? byDatabase
            : most;
        _row = row;
        _lookedAt = clock.GetTimestamp();
        return _age;
    }
}
