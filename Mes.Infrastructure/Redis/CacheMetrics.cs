using System.Diagnostics.Metrics;
using Mes.Application;
using Mes.Application.Caching;

namespace Mes.Infrastructure.Redis;

/// <summary>The metrics of the cache.</summary>
internal sealed class CacheMetrics
{
    private static readonly string[] ReadResults = ["hit", "miss", "bypass"];
    private static readonly string[] NearResults = ["copy", "entry"];
    private static readonly string[] PutResults = ["stored", "superseded", "rejected", "dropped", "failed"];
    private static readonly string[] RelayResults = ["repaired", "failed"];

    private readonly CountFromZero _reads;
    private readonly CountFromZero _nearReads;
    private readonly CountFromZero _puts;
    private readonly CountFromZero _relayed;
    private readonly CountFromZero _unreadable;
    private readonly CountFromZero _dropped;
    private readonly CountFromZero _indexed;
    private readonly Histogram<double> _redisTime;
    private int _building;
    private long _nearBytes;

    public CacheMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Telemetry.Name);
        _reads = new(
            meter,
            "mes.cache.reads",
            "Looks into the cache, by what they found: hit, miss or bypass.",
            "result",
            ReadResults);
        _nearReads = new(
            meter,
            "mes.cache.near.reads",
            "Hits of single orders, by what they were answered with: the instance's own copy or Redis' entry.",
            "result",
            NearResults);
        meter.CreateObservableGauge(
            "mes.cache.near.bytes",
            () => Interlocked.Read(ref _nearBytes),
            "By",
            "About how many bytes the copies of orders in this instance's memory take.");
        _puts = new(
            meter,
            "mes.cache.puts",
            "Puts of orders, by result: stored, superseded, rejected, dropped or failed.",
            "result",
            PutResults);
        _relayed = new(
            meter,
            "mes.outbox.relayed",
            "Outbox rows that the relay took, by result: repaired or failed.",
            "result",
            RelayResults);
        _unreadable = new(
            meter, "mes.cache.unreadable", "Entries that were not readable: corrupt, foreign, or in another layout.");
        _dropped = new(meter, "mes.cache.drops", "Entries removed because a put could not be written.");
        _indexed = new(meter, "mes.cache.index.orders", "Orders put into an index while it was being built.");
        meter.CreateObservableGauge(
            "mes.cache.index.building",
            () => Volatile.Read(ref _building),
            description: "Indexes that this instance is building.");
        _redisTime = meter.CreateHistogram(
            "mes.redis.duration",
            "s",
            "How long Redis took to answer, by operation.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1],
            });
    }

    public void Read(bool isHit, BypassReason? bypassReason) =>
        _reads.Add(value: isHit ? 0 : bypassReason is null ? 1 : 2);

    /// <summary>How many looks into the cache there were, and how many of them were hits.</summary>
    public (long Hits, long All) Reads => (_reads.Of(0), _reads.Of(0) + _reads.Of(1) + _reads.Of(2));

    /// <summary>How many hits of single orders there were, and how many were answered with a copy.</summary>
    public (long Copies, long All) NearReads => (_nearReads.Of(0), _nearReads.Of(0) + _nearReads.Of(1));

    public void NearRead(bool isFromCopy) => _nearReads.Add(value: isFromCopy ? 0 : 1);

    /// <param name="bytes">By how much they have grown.</param>
    public void NearBytes(long bytes) => Interlocked.Add(ref _nearBytes, bytes);

    public void Put(PutResult result) => _puts.Add(value: result switch
    {
        PutResult.Stored => 0,
        PutResult.Superseded => 1,
        PutResult.Rejected => 2,
        PutResult.Dropped => 3,
        _ => 4,
    });

    public void Relayed(bool repaired, int rows) => _relayed.Add(rows, repaired ? 0 : 1);

    public void Unreadable() => _unreadable.Add();

    public void Dropped() => _dropped.Add();

    public void Indexed(int orders) => _indexed.Add(orders);

    /// <summary>Counts an index as being built until the result is disposed.</summary>
    public IDisposable BuildingIndex()
    {
        Interlocked.Increment(ref _building);
        return new Ending(() => Interlocked.Decrement(ref _building));
    }

    public void RedisReplied(string operation, TimeSpan time) =>
        _redisTime.Record(time.TotalSeconds, new KeyValuePair<string, object?>("operation", operation));

    private sealed class Ending(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
