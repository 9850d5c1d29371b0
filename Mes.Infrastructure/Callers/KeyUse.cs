namespace Mes.Infrastructure.Callers;

/// <summary>When this instance last saw a key used. Any number of requests may note it at once.</summary>
internal sealed class KeyUse
{
    private long _last;
    private long _recorded;

    /// <param name="timestamp">Of the instance's monotonic clock.</param>
    public void Note(long timestamp) => Volatile.Write(ref _last, timestamp);

    /// <returns>The latest use; null when it is recorded already, or when there was none.</returns>
    public long? FindUnrecorded() =>
        Volatile.Read(ref _last) is var last && last != Volatile.Read(ref _recorded) ? last : null;

    public void Recorded(long timestamp) => Volatile.Write(ref _recorded, timestamp);
}
