using Mes.Application.Operations;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Events;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Redis;

namespace Mes.Infrastructure.Startup;

internal sealed class SystemStatus : ISystemStatus
{
    private readonly ServiceState _state;
    private readonly LicencePoll _poll;
    private readonly CacheMetrics? _cache;
    private readonly OutboxMetrics _outbox;
    private readonly EventMetrics _events;
    private readonly EventTail _tail;

    public SystemStatus(
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

    public string? CacheTrouble => _state.Degraded.GetValueOrDefault("cache");

    public string? RedisTrouble => _state.RedisTrouble;

    public string? DatabaseTrouble => _state.Degraded.GetValueOrDefault("database");

    public double? HitRatio => _cache?.Reads is { All: > 0 } reads ? (double)reads.Hits / reads.All : null;

    public double? NearHitRatio => _cache?.NearReads is { All: > 0 } reads ? (double)reads.Copies / reads.All : null;

    public TimeSpan? LicenceAge => _poll.Latest is null ? null : _poll.Age;

    public int Overdue => _poll.Latest?.OverdueCount ?? 0;

    public bool IsOutage => _poll.Latest?.Cells.Any(cell => cell.IsOutage) == true;

    public (long Rows, TimeSpan Oldest) Outbox => _outbox.Latest;

    public TimeSpan OldestEvent => _events.Oldest;

    public TimeSpan? FeedAge => _tail.HasBegun ? _tail.Age : null;

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) =>
        _state.WaitUntilReadyAsync(cancellationToken);
}
