using System.Diagnostics.Metrics;
using Mes.Application;
using Mes.Application.Caching;

namespace Mes.Infrastructure.Caching;

/// <summary>What the cache does, in numbers.</summary>
internal sealed class CacheMetrics
{
    private readonly Counter<long> _reads;
    private readonly Counter<long> _puts;
    private readonly Counter<long> _relayed;
    private readonly Counter<long> _unreadable;
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _indexed;
    private readonly UpDownCounter<int> _building;
    private readonly Histogram<double> _redisTime;

    public CacheMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _reads = meter.CreateCounter<long>("mes.cache.reads", description: "Looks into the cache, by what they found: hit, miss or bypass.");
        _puts = meter.CreateCounter<long>("mes.cache.puts", description: "Puts of orders, by result: stored, superseded, rejected, dropped or failed.");
        _relayed = meter.CreateCounter<long>("mes.outbox.relayed", description: "Outbox rows that the relay took, by result: repaired or failed.");
        _unreadable = meter.CreateCounter<long>("mes.cache.unreadable", description: "Entries that were not readable: corrupt, foreign, or in another layout.");
        _dropped = meter.CreateCounter<long>("mes.cache.drops", description: "Entries removed because a put could not be written.");
        _indexed = meter.CreateCounter<long>("mes.cache.index.orders", description: "Orders put into an index while it was being built.");
        _building = meter.CreateUpDownCounter<int>("mes.cache.index.building", description: "Indexes that this instance is building.");
        _redisTime = meter.CreateHistogram("mes.redis.duration", "s", "How long Redis took to answer, by operation.", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1],
        });
    }

    public void Read(bool isHit, string? bypassReason) =>
        _reads.Add(1, new KeyValuePair<string, object?>("result", isHit ? "hit" : bypassReason is null ? "miss" : "bypass"));

    public void Put(PutResult result) => _puts.Add(1, new KeyValuePair<string, object?>("result", result switch
    {
        PutResult.Stored => "stored",
        PutResult.Superseded => "superseded",
        PutResult.Rejected => "rejected",
        PutResult.Dropped => "dropped",
        _ => "failed",
    }));

    public void Relayed(bool repaired, int rows) => _relayed.Add(rows, new KeyValuePair<string, object?>("result", repaired ? "repaired" : "failed"));

    public void Unreadable() => _unreadable.Add(1);

    public void Dropped() => _dropped.Add(1);

    public void Indexed(int orders) => _indexed.Add(orders);

    /// <summary>Until the result is disposed.</summary>
    public IDisposable BuildingIndex()
    {
        _building.Add(1);
        return new Ending(() => _building.Add(-1));
    }

    public void RedisAnswered(string operation, TimeSpan time) =>
        _redisTime.Record(time.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));

    private sealed class Ending(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
