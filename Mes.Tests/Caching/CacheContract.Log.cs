using System.Collections.Concurrent;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching;

/// <summary>The change log: what may change an order's entry names the order, in the same step.</summary>
internal abstract partial class CacheContract
{
    private const int LongestLog = 63;
    private const int ShortestTrimmedLog = 32;

    private static readonly string[] SellerTag = [CacheTags.Seller("alpha")];

    [Test]
    public async Task A_put_is_logged_whatever_its_result(
        [Values("fills in", "newer", "equal", "superseded", "no lease", "behind the floor", "lost its lease")]
            string which)
    {
        var id = which is "newer" or "equal" or "superseded" ? await StoredAsync(2) : NewId();
        var token = which is "fills in" or "behind the floor" or "lost its lease" ? await LeaseAsync(id) : null;
        if (which == "behind the floor")
        {
            await PutAsync(id, 9, null);
        }
        else if (which == "lost its lease")
        {
            await Redis.KeyDeleteAsync(KeysOf(id).Lease(id));
        }

        var version = which switch { "superseded" => 1, "newer" => 3, _ => 2 };
        var result = await LogsAsync(id, 1, () => PutAsync(id, version, token));

        Assert.That(result, Is.EqualTo(which switch
        {
            "superseded" => PutResult.Superseded,
            "no lease" or "behind the floor" or "lost its lease" => PutResult.Rejected,
            _ => PutResult.Stored,
        }));
    }

    [TestCase(1, PutResult.Superseded, 1)]
    [TestCase(2, PutResult.Stored, 0)]
    [TestCase(3, PutResult.Stored, 1)]
    public async Task A_builders_put_is_logged_unless_it_finds_an_equal_version(
        int version, PutResult result, int records)
    {
        var id = await StoredAsync(2);
        var token = new LeaseToken(new string('a', 32), LeaseHolder.Writer);

        Assert.That(await LogsAsync(id, records, () => PutAsync(id, version, token)), Is.EqualTo(result));
    }

    [Test]
    public async Task A_writers_put_of_an_equal_version_is_logged()
    {
        var id = await StoredAsync(2);
        var token = new LeaseToken(new string('a', 32), LeaseHolder.Writer);

        await LogsAsync(id, 1, () => Cache.PutAsync(Order(id, 2), token, SellerTag).AsTask());
    }

    [Test]
    public async Task A_begin_that_finds_no_entry_is_logged_even_if_another_holds_the_lease([Values] LeaseHolder holder)
    {
        var id = NewId();

        await LogsAsync(id, 1, () => Cache.BeginAsync(id, holder).AsTask());
        await LogsAsync(id, 1, () => Cache.BeginAsync(id, holder).AsTask());
    }

    [Test]
    public async Task A_begin_that_finds_an_entry_is_not_logged([Values] LeaseHolder holder)
    {
        var id = await StoredAsync(1);

        await LogsAsync(id, 0, () => Cache.BeginAsync(id, holder).AsTask());
    }

    [Test]
    public async Task A_drop_is_logged([Values] bool hasEntry)
    {
        var id = hasEntry ? await StoredAsync(1) : NewId();

        Assert.That(await LogsAsync(id, 1, () => Cache.DropAsync(id, SellerTag).AsTask()), Is.True);
    }

    [Test]
    public async Task Each_call_has_a_stamp_of_its_own_and_the_log_keeps_the_latest_of_them()
    {
        var id = NewId();
        await Redis.KeyDeleteAsync(KeysOf(id).Log);
        List<ulong> stamps = [];
        for (var i = 1; i <= 200; i++)
        {
            await PutAsync(id, i, null);
            var log = await LogAsync(id);
            stamps.Add(ChangeLog.LastStamp(log));
            var records = log.Length / ChangeLog.RecordBytes;
            Assert.That(records, i <= LongestLog ? Is.EqualTo(i) : Is.InRange(ShortestTrimmedLog, LongestLog));

            // The records of the calls before, in their order.
            var since = new List<Guid>();
            Assert.That(ChangeLog.TryReadSince(stamps[^records], log, since), Is.True);
            Assert.That(since, Has.Count.EqualTo(records - 1).And.All.EqualTo(id));
        }

        Assert.That(stamps, Is.Unique);
    }

    [TestCaseSource(nameof(NoLogs))]
    public async Task A_value_that_is_no_log_is_replaced_by_the_next_record(Nonsense nonsense)
    {
        var id = NewId();
        foreach (var change in new Func<Task>[]
        {
            () => PutAsync(id, 1, null),
            () => LeaseAsync(id, LeaseHolder.Writer),
            () => Cache.DropAsync(id, SellerTag).AsTask(),
        })
        {
            await nonsense.Write(Redis, KeysOf(id).Log);

            await change();

            var log = await LogAsync(id);
            Assert.That(ChangeLog.IsReadable(log), Is.True);
            Assert.That(log, Has.Length.EqualTo(ChangeLog.RecordBytes));
        }
    }

    [Test]
    public async Task A_put_that_fails_half_way_has_been_logged_before_it_wrote_the_entry()
    {
        // Nothing rolls a script back.
        var id = await StoredAsync(1);
        var put = PutOf(Order(id, 2));
        var fails = PlantedOrderCache.Replace(
            CacheScripts.Put, "redis.call('DEL', lease)\n", "redis.call('NO-SUCH-COMMAND', lease)\n");
        var before = await LogAsync(id);
        Assert.That(
            async () => await Redis.ScriptEvaluateAsync(fails, put.Keys, put.Arguments),
            Throws.InstanceOf<RedisServerException>());

        Assert.That(await Redis.StringGetAsync(KeysOf(id).Entry(id)), Is.EqualTo(put.Arguments[1]), "half-way");
        Assert.That(Named(before, await LogAsync(id)), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task An_entry_is_never_older_than_the_log_that_is_read_before_it()
    {
        Guid[] ids = [.. await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StoredInFirstCellAsync()))];
        var puts = new ConcurrentDictionary<ulong, (Guid Id, int Version)>();
        using var end = new CancellationTokenSource();
        async Task WriteAsync(Guid id)
        {
            for (var version = 2; !end.IsCancellationRequested; version++)
            {
                var put = PutOf(Order(id, version));
                puts[ChangeLog.LastStamp((byte[])put.Arguments[5]!)] = (id, version);
                Assert.That((int)await Redis.ScriptEvaluateAsync(put.Script, put.Keys, put.Arguments), Is.EqualTo(1));
            }
        }

        var atLeast = TimeSpan.FromSeconds(2);
        var entries = 0;
        async Task ReadAsync()
        {
            RedisKey[] keys = [Keys.Log, .. ids.Select(id => Keys.Entry(id))];
            while (!end.IsCancellationRequested)
            {
                var values = await Redis.StringGetAsync(keys);
                var versions = ids.Zip(values.Skip(1)).ToDictionary(
                    pair => pair.First, pair => EntryCodec.Decode(pair.First, (byte[])pair.Second!)!.Version);
                for (var log = (byte[])values[0]!; log.Length > 0; log = log[..^ChangeLog.RecordBytes])
                {
                    if (puts.TryGetValue(ChangeLog.LastStamp(log), out var put))
                    {
                        Assert.That(versions[put.Id], Is.GreaterThanOrEqualTo(put.Version));
                        Interlocked.Increment(ref entries);
                    }
                }
            }
        }

        Task[] tasks = [ReadAsync(), ReadAsync(), .. ids.Select(WriteAsync)];
        var start = ProcessTime.Now;
        try
        {
            await Eventually.IsTrue(
                () => tasks.Any(task => task.IsCompleted)
                    || (ProcessTime.Now - start >= atLeast && Volatile.Read(ref entries) > 1000),
                atLeast + TimeSpan.FromSeconds(30),
                "enough entries are compared");
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(tasks);
        }

        Assert.That(entries, Is.GreaterThan(1000));
    }

    private static IEnumerable<Nonsense> NoLogs =>
    [
        Nonsense.Text("empty", ""),
        Nonsense.Text("not ours", "another service's"),
        Nonsense.Text("cut off", new string('a', (3 * ChangeLog.RecordBytes) - 1)),
        .. Nonsense.OtherTypes,
    ];

    private async Task<T> LogsAsync<T>(Guid id, int records, Func<Task<T>> change)
    {
        var before = ChangeLog.NewRecord(Guid.Empty);
        await Redis.StringSetAsync(KeysOf(id).Log, before);
        var result = await change();
        Assert.That(Named(before, await LogAsync(id)), Is.EqualTo(Enumerable.Repeat(id, records)));
        return result;
    }

    private async Task<byte[]> LogAsync(Guid id) => (byte[]?)await Redis.StringGetAsync(KeysOf(id).Log) ?? [];

    /// <summary>The orders that a log names behind the last record of an earlier one.</summary>
    private static List<Guid> Named(byte[] before, byte[] after)
    {
        List<Guid> changed = [];
        Assert.That(ChangeLog.IsReadable(before) && ChangeLog.IsReadable(after), Is.True);
        Assert.That(ChangeLog.TryReadSince(ChangeLog.LastStamp(before), after, changed), Is.True);
        return changed;
    }

    private ScriptCall PutOf(OrderSnapshot order) =>
        RedisOrderCache.PutCall(KeysOf(order.Id), order, EntryCodec.Encode(order), token: null, [], keepMs: 0);

    private Task<Guid> StoredInFirstCellAsync() =>
        StoredAsync(1, Commands.NewOrderIn(_host!.Services.GetRequiredService<Cells>(), Cells.Common));
}
