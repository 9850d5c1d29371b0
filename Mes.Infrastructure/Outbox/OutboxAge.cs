namespace Mes.Infrastructure.Outbox;

/// <summary>
/// How old the oldest outbox row is, as far as one instance has seen. Rows are dated by the database's clock, which may
/// be set. So a row that the instance has seen ages by its own monotonic clock, and a row that becomes the oldest is no
/// older than its predecessor.
/// </summary>
internal sealed class OutboxAge(TimeProvider clock)
{
    private long? _row;
    private TimeSpan _age;
    private long? _measuredAt;

    /// <param name="row">The oldest row; null when there is none.</param>
    /// <param name="byDatabase">Its age by the database's clock.</param>
    public TimeSpan Measure(long? row, TimeSpan byDatabase)
    {
        // What is the oldest now can be older than what was the oldest before only by the time that has passed.
        var max = _measuredAt is { } measuredAt ? _age + clock.GetElapsedTime(measuredAt) : TimeSpan.MaxValue;
        _age = row is null ? TimeSpan.Zero
            : row == _row ? max
            : byDatabase < TimeSpan.Zero ? TimeSpan.Zero
            : byDatabase < max ? byDatabase
            : max;
        _row = row;
        _measuredAt = clock.GetTimestamp();
        return _age;
    }
}
