using System.Text;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching;

/// <summary>
/// Redis is paused, killed or full: no reader and no writer waits for it, nothing old stays in it, and the instances
/// use it again when it is back (promise G6).
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class CacheOutageTests
{
    private const int FailuresToOpen = 5;

    /// <summary>
    /// Marks tests that are not about the length of a wait: there, a slow machine must not cause a timeout.
    /// </summary>
    private const string ReadTimeout = "ReadTimeout";
    private const string Patient = "00:00:10";

    /// <summary>The timeout of 50 ms, and what a busy machine may add to it.</summary>
    private static readonly TimeSpan WellWithinPatience = TimeSpan.FromMilliseconds(500);

    /// <summary>The time after which the client library gives up a reply unless it is told to wait longer.</summary>
    private static readonly TimeSpan ClientsOwnPatience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private TestRedisServer _redis = null!;
    private ConnectionMultiplexer _connection = null!;
    private MesHost _host = null!;

    private IOrderCache Cache => _host.Services.GetRequiredService<IOrderCache>();

    private ITaggedCache TaggedCache => _host.Services.GetRequiredService<ITaggedCache>();

    private ICacheHealth Health => _host.Services.GetRequiredService<ICacheHealth>();

    private CacheEpoch Keys => _host.Services.GetRequiredService<KeySpace>().Require();

    [SetUp]
    public async Task StartAsync()
    {
        _redis = await TestRedisServer.StartAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync(
            $"{_redis.ConnectionString},allowAdmin=true,abortConnect=false");
        var timeout = TestContext.CurrentContext.Test.Properties.Get(ReadTimeout) is string patient
            ? new[] { $"--Mes:Cache:ReadTimeout={patient}" }
            : [];
        _host = await MesHost.StartEmbeddedAsync(
            [$"--ConnectionStrings:Redis={_redis.ConnectionString}", $"--Mes:Cache:FailuresToOpen={FailuresToOpen}",
                "--Mes:Cache:PutTimeout=00:00:30", .. timeout],
            builder => builder.Services
                .Replace(ServiceDescriptor.Singleton<TimeProvider>(new UnhurriedClock()))
                .Replace(ServiceDescriptor.Singleton(
                    new CacheExclusivity(true))) // Else it would wait for licences to run out.
                .DoNotStart<OutboxRelay>());
        await Eventually.IsTrue(() => _host.Services.GetRequiredService<KeySpace>().TryGetEpoch(out _, out _), Limit,
            "the cache may be used");
    }

    [TearDown]
    public Task EndAsync()
    {
        // End Redis first: a client that is connected to a paused Redis waits for it.
        return Parts.EndAsync(_redis, _host, _connection);
    }

    [Test]
    public async Task A_read_waits_for_a_paused_Redis_no_longer_than_its_timeout_and_soon_not_at_all()
    {
        var id = await StoredAsync();
        await _redis.PauseAsync();

        Assert.That(await TimedGetAsync(id), Is.EqualTo(BypassReason.Timeout));
        for (var i = 1; i < FailuresToOpen; i++)
        {
            // Background work of the service may be among the failures that open the circuit.
            Assert.That(await TimedGetAsync(id), Is.EqualTo(BypassReason.Timeout).Or.EqualTo(BypassReason.Unreachable));
        }

        Assert.That(Health.Connected(Cells.Common), Is.Null);
        await NothingWaitsAsync(id);
    }

    [Test]
    public async Task A_question_that_is_not_answered_counts_for_each_of_its_reads([Values] bool hasCopy)
    {
        var id = await StoredAsync();
        if (hasCopy)
        {
            Assert.That((await Cache.GetAsync(id)).Hit, Is.Not.Null);
        }

        await _redis.PauseAsync();

        // The first question may have one read; the next has all that have waited meanwhile.
        await Promptly.Happens(WellWithinPatience, "all reads leave", () => Promptly.TimeOf(async () =>
        {
            var reads = await Task.WhenAll(
                Enumerable.Range(0, 4 * FailuresToOpen).Select(_ => Cache.GetAsync(id).AsTask()));
            Assert.That(reads.Select(read => read.BypassReason), Has.All.Not.Null, "no copy is told");
        }));
        await Eventually.IsTrue(() => Health.Connected(Cells.Common) is null, Limit, "the circuit has opened");
    }

    [Test]
    public async Task A_change_waits_longer_for_its_put_than_a_read()
    {
        var (read, written) = (Commands.NewOrderId(), Commands.NewOrderId());
        LeaseToken? ofReader = null, ofWriter = null;
        await Eventually.IsTrue(
            async () => (ofReader = await Cache.BeginAsync(read, LeaseHolder.Reader)) is not null
                && (ofWriter = await Cache.BeginAsync(written, LeaseHolder.Writer)) is not null,
            Limit,
            "reader and writer have a lease");
        await _redis.PauseAsync();

        var byReader = PutAsync(read, 1, ofReader);
        var byWriter = Cache.PutAsync(Order(written, 1), ofWriter, ["tag"]).AsTask();

        Assert.That(await byReader, Is.EqualTo(PutResult.Failed),
            "a read gives up early, because the database can answer it");
        Assert.That(byWriter.IsCompleted, Is.False);
        await _redis.ResumeAsync();
        Assert.That(await byWriter, Is.EqualTo(PutResult.Stored),
            "a change waits longer, because giving up makes it overdue and takes every list out of the cache");
    }

    [Test]
    [Property(ReadTimeout, Patient)]
    public async Task A_timeout_longer_than_the_one_of_the_client_library_is_respected()
    {
        var id = await StoredAsync();
        await _redis.PauseAsync();

        var read = Cache.GetAsync(id).AsTask();
        await Task.WhenAny(read, Task.Delay(2 * ClientsOwnPatience));

        Assert.That(read.IsCompleted, Is.False);
        await _redis.ResumeAsync();
        Assert.That((await read).BypassReason, Is.Not.EqualTo(BypassReason.Timeout));
    }

    [Test]
    public async Task Every_member_keeps_to_its_timeout([Values(0, 1, 2, 3, 4, 5)] int member)
    {
        var id = await StoredAsync();
        var stamps = (await TaggedCache.ReadAsync("query", ["tag"])).Stamps!;
        await _redis.PauseAsync();

        await Promptly.Happens(WellWithinPatience, "there is no answer", () => Promptly.TimeOf(async () =>
        {
            switch (member)
            {
                case 0:
                    Assert.That((await Cache.GetAsync(id)).BypassReason, Is.Not.Null);
                    break;
                case 1:
                    Assert.That(await Cache.BeginAsync(id, LeaseHolder.Writer), Is.Null);
                    break;
                case 2:
                    Assert.That(await Cache.PutAsync(Order(id, 2), null, []), Is.EqualTo(PutResult.Failed));
                    break;
                case 3:
                    Assert.That((await TaggedCache.ReadAsync("query", ["tag"])).BypassReason, Is.Not.Null);
                    break;
                case 4:
                    Assert.That(await TaggedCache.StoreAsync("query", stamps, "{}"u8.ToArray()), Is.False);
                    break;
                default:
                    Assert.That(await TaggedCache.RenewAsync(["tag"]), Is.False);
                    break;
            }
        }));
    }

    [Test]
    public async Task A_resumed_Redis_is_used_again_by_itself()
    {
        var id = await StoredAsync();
        await _redis.PauseAsync();
        await OpenAsync(id);
        await _redis.ResumeAsync();

        await Eventually.IsTrue(() => Health.Connected(Cells.Common) is not null, Limit, "the circuit closes");
        await Eventually.IsTrue(
            async () => (await Cache.GetAsync(id)).Hit is not null, Limit, "the entry is a hit again");
    }

    [Test]
    public async Task A_killed_Redis_is_passed_by_and_used_again_when_it_is_back()
    {
        var id = await StoredAsync();
        await _redis.StopAsync();

        await OpenAsync(id);
        await NothingWaitsAsync(id);

        await _redis.RestartAsync();
        await Eventually.IsTrue(() => Health.Connected(Cells.Common) is not null, Limit, "the circuit closes");
        CacheRead<OrderSnapshot> read = default;
        await Eventually.IsTrue(
            async () => (read = await Cache.GetAsync(id)).BypassReason is null, Limit,
            "the instance asks the cache again");
        Assert.That(read, Is.EqualTo(CacheRead<OrderSnapshot>.Miss), "Redis came back empty");
        await StoredAsync();
    }

    [Test]
    public async Task A_begin_that_was_not_answered_gives_no_token_even_if_it_lands()
    {
        var id = Commands.NewOrderId();
        await _redis.PauseAsync();
        var token = await Cache.BeginAsync(id, LeaseHolder.Writer);
        await _redis.ResumeAsync();

        await Eventually.IsTrue(
            async () => await _connection.GetDatabase().KeyExistsAsync(Keys.Lease(id)), Limit,
            "the begin reaches Redis");
        await Eventually.IsTrue(() => Health.Connected(Cells.Common) is not null, Limit, "the cache is used");
        Assert.That(token, Is.Null);
        await Eventually.IsTrue(
            async () => await PutAsync(id, 1, token) != PutResult.Failed, Limit, "the cache answers");
        Assert.That(await _connection.GetDatabase().KeyExistsAsync(Keys.Entry(id)), Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    [Property(ReadTimeout, Patient)]
    public async Task Where_a_put_cannot_be_written_the_old_entry_does_not_stay(bool tags)
    {
        var id = await StoredAsync();
        var known = ChangeLog.LastStamp(await LogAsync());
        await FillUpAsync();

        var result = await Cache.PutAsync(Order(id, 2), null, tags ? ["tag"] : []);

        var left = await Cache.GetAsync(id);
        Assert.That(left.BypassReason, Is.Null);
        Assert.That(left.Hit?.Version, Is.EqualTo(result == PutResult.Stored ? 2 : null), $"the put was {result}");
        Assert.That(result, Is.AnyOf(PutResult.Stored, PutResult.Dropped));
        List<Guid> changed = [];
        Assert.That(ChangeLog.TryReadSince(known, await LogAsync(), changed), Is.True);
        Assert.That(changed, Has.Member(id), "the record is written behind a removal, for which there is always room");
    }

    [Test]
    [Property(ReadTimeout, Patient)]
    public async Task Where_a_put_cannot_be_written_its_lease_does_not_stay()
    {
        var id = Commands.NewOrderId();
        var token = await Cache.BeginAsync(id, LeaseHolder.Reader);
        await FillUpAsync();

        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Dropped));

        await EmptyAsync();
        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Rejected));
    }

    [Test]
    [Property(ReadTimeout, Patient)]
    public async Task A_full_Redis_does_not_open_the_circuit_and_is_used_again_when_it_has_room()
    {
        var id = Commands.NewOrderId();
        await FillUpAsync();
        for (var i = 0; i < 2 * FailuresToOpen; i++)
        {
            Assert.That(await Cache.BeginAsync(id, LeaseHolder.Writer), Is.Null);
        }

        Assert.That(Health.Connected(Cells.Common), Is.Not.Null, "Redis still answers what it can");

        await EmptyAsync();
        await StoredAsync();
    }

    [Test]
    public async Task An_outage_in_which_some_answers_still_come_never_throws()
    {
        var router = _host.Services.GetRequiredService<RedisRouter>();
        await _redis.PauseAsync();

        // These replies were under way before the pause. Each one closes the circuit again while the instance probes
        // Redis.
        for (var round = 0; round < 4; round++)
        {
            var late = new TaskCompletionSource<bool>();
            var straggler = router.SendAsync(Cells.Common, "get", late, static (_, answer) => answer.Task);
            for (var i = 0; i < FailuresToOpen; i++)
            {
                await router.SendAsync<object?, bool>(
                    Cells.Common, "get", null, static (_, _) => throw new RedisException("away"));
            }

            late.SetResult(true);
            await straggler;
        }

        await _redis.ResumeAsync();
        await Eventually.IsTrue(() => Health.Connected(Cells.Common) is not null, Limit, "the circuit closes");
    }

    /// <returns>Why there was no reply. The method asserts that this was known soon.</returns>
    private async Task<BypassReason?> TimedGetAsync(Guid id)
    {
        var start = ProcessTime.Now;
        var read = await Cache.GetAsync(id);
        Assert.That(ProcessTime.Now - start, Is.LessThan(WellWithinPatience));
        return read.BypassReason;
    }

    /// <summary>Reads until the circuit is open.</summary>
    private async Task OpenAsync(Guid id)
    {
        await Eventually.IsTrue(
            async () =>
            {
                Assert.That((await Cache.GetAsync(id)).BypassReason, Is.Not.Null);
                return Health.Connected(Cells.Common) is null;
            },
            Limit,
            "the circuit opens");
    }

    /// <summary>Asserts that no call waits while the circuit is open: each one completes at once.</summary>
    private async Task NothingWaitsAsync(Guid id)
    {
        var get = Cache.GetAsync(id);
        var begin = Cache.BeginAsync(id, LeaseHolder.Writer);
        var put = Cache.PutAsync(Order(id, 2), null, ["tag"]);
        var read = TaggedCache.ReadAsync("query", ["tag"]);
        Assert.That((get.IsCompleted, begin.IsCompleted, put.IsCompleted, read.IsCompleted),
            Is.EqualTo((true, true, true, true)));
        Assert.That((await get).BypassReason, Is.EqualTo(BypassReason.Unreachable));
        Assert.That(await begin, Is.Null);
        Assert.That(await put, Is.EqualTo(PutResult.Failed));
        Assert.That((await read).BypassReason, Is.EqualTo(BypassReason.Unreachable));
    }

    private async Task<byte[]> LogAsync() =>
        (byte[])(await _connection.GetDatabase().StringGetAsync(Keys.Log))!;

    private Task FillUpAsync() => _connection.GetServers()[0].ConfigSetAsync("maxmemory", "1");

    private Task EmptyAsync() => _connection.GetServers()[0].ConfigSetAsync("maxmemory", "0");

    private static OrderSnapshot Order(Guid id, int version) => new(
        id, version, "alpha", OrderStatus.Submitted, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes("{}"));

    private Task<PutResult> PutAsync(Guid id, int version, LeaseToken? token) =>
        Cache.PutAsync(Order(id, version), token, []).AsTask();

    private async Task<Guid> StoredAsync()
    {
        var id = Commands.NewOrderId();

        // A slow machine may exceed the timeout of one attempt.
        await Eventually.IsTrue(
            async () => await PutAsync(id, 1, await Cache.BeginAsync(id, LeaseHolder.Writer)) == PutResult.Stored,
                Limit, "an order is stored");
        return id;
    }
}
