using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Events;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Startup;

/// <summary>The state of this instance in a few numbers, for whoever is on duty.</summary>
public sealed class SystemStatus
{
    private readonly ServiceState _state;
    private readonly LicencePoll _poll;
    private readonly CacheMetrics? _cache;
    private readonly OutboxMetrics _outbox;
    private readonly EventMetrics _events;
    private readonly EventTail _tail;

    internal SystemStatus(
        ServiceState state,
        LicencePoll poll,
        CacheMetrics? cache,
        OutboxMetrics outbox,
        EventMetrics events,
        EventTail tail,
        TimeProvider clock) =>
        (_state, _poll, _cache, _outbox, _events, _tail, StartedAt) =
        (state, poll, cache, outbox, events, tail, clock.GetUtcNow());

    public DateTimeOffset StartedAt { get; }

    public bool IsCacheDisabled => _state.IsCacheDisabled;

    /// <summary>Why the cache is not used, for people; null if it is.</summary>
    public string? CacheTrouble => _state.Degraded.GetValueOrDefault("cache");

    /// <summary>Why Redis cannot be used, for people; null if it can be.</summary>
    public string? RedisTrouble => _state.RedisTrouble;

    /// <summary>What is wrong with the database, for people; null if nothing is.</summary>
    public string? DatabaseTrouble => _state.Degraded.GetValueOrDefault("database");

    /// <summary>The share of hits among the looks into the cache since the start; null before the first.</summary>
    public double? HitRatio => _cache?.Reads is { All: > 0 } reads ? (double)reads.Hits / reads.All : null;

    /// <summary>The share of the hits of single orders that the instance's own memory has answered.</summary>
    public double? NearHitRatio => _cache?.NearReads is { All: > 0 } reads ? (double)reads.Copies / reads.All : null;

    /// <summary>How long ago the latest licence was asked for; null before the first.</summary>
    public TimeSpan? LicenceAge => _poll.Latest is null ? null : _poll.Age;

    /// <summary>How many changes the latest licence leaves out, because they could not be put.</summary>
    public int Overdue => _poll.Latest?.OverdueCount ?? 0;

    /// <summary>Whether an outage mark stands for any part of the cache.</summary>
    public bool IsOutage => _poll.Latest?.Cells.Any(cell => cell.IsOutage) == true;

    /// <summary>How many rows the outbox has, as far as they are counted, and the age of the oldest.</summary>
    public (long Rows, TimeSpan Oldest) Outbox => _outbox.Latest;

    /// <summary>The age of the oldest change that the feed does not have yet; zero if there is none.</summary>
    public TimeSpan OldestEvent => _events.Oldest;

    /// <summary>How long ago the database confirmed the end of the feed; null before the first time.</summary>
    public TimeSpan? FeedAge => _tail.HasBegun ? _tail.Age : null;
}
