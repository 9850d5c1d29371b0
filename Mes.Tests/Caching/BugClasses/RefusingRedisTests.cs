using System.Text.Json.Nodes;
using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;
using Order = Mes.Domain.Orders.Order;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// Redis answers every read and refuses every write. That is an outage like any other: it is reported as one, and it
/// ends when a write has worked.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class RefusingRedisTests
{
    /// <summary>
    /// Where Redis does not answer writes, it does not answer reads either: the service sends them so that no replica
    /// answers them.
    /// </summary>
    private const string Impatient = "--Mes:Cache:ReadTimeout=00:00:00.100";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(10);

    private readonly SteppedClock _clock = new();
    private CacheWorld _world = null!;
    private IConnectionMultiplexer _other = null!;
    private Instance _writer = null!;
    private Instance _a = null!;
    private Instance _b = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _world = await CacheWorld.StartAsync();
        _other = await ConnectionMultiplexer.ConnectAsync(
            $"{_world.RedisServer.ConnectionString},allowAdmin=true,syncTimeout=60000,asyncTimeout=60000");

        // This writer gives up its puts soon, because in one case Redis does not even refuse them.
        _writer = await _world.StartInstanceAsync(new InstanceSettings
        {
            Clock = _clock,
            RelayHeld = false,
            IndexesHeld = false,
            Arguments = [Impatient],
        });
        _a = await _world.StartInstanceAsync(new InstanceSettings { Arguments = [Impatient] });
        _b = await _world.StartInstanceAsync(new InstanceSettings { Arguments = [Impatient] });
    }

    [TearDown]
    public Task EndAsync() => Parts.EndAsync(_a, _b, _writer, _other, _world);

    [TestCase("NOREPLICAS")]
    [TestCase("NOPERM", TestName = "Class_36_answers_but_does_not_work(no right to scripts)")]
    [TestCase("write rights", TestName = "Class_36_answers_but_does_not_work(no right to write)")]
    [TestCase("MISCONF")]
    [TestCase("BUSY")]
    [TestCase("silence", TestName = "Class_36_answers_but_does_not_work(writes are not answered)")]
    public async Task Class_36_answers_but_does_not_work(string how)
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            ids.Add(Commands.NewOrderId());
            await ChangeAsync(Commands.Submit(ids[i]));
        }

        await UntilEverythingIsAHitAsync(ids);
        var (reason, repair) = await RefuseAsync(how);

        // The first change notices the outage, and waits until no instance can hold an earlier licence.
        var first = ChangeAsync(Commands.Price(ids[0]));
        await Eventually.IsTrue(
            async () => (await TroubleAsync())?.Contains(reason) == true, Limit, $"the health check says '{reason}'");
        await Eventually.IsTrue(() => OverdueAsync(ids[0]), Limit, "the change's outbox row is marked overdue");
        _clock.Advance(LicenceTerms.Term + Little);
        await Eventually.IsTrue(async () => await MarksAsync() == 1, Limit, "the outage mark is set");
        var mark = await _world.ScalarAsync<string>("SELECT instance FROM outage_marks");
        Assert.That(first.IsCompleted, Is.False);
        _clock.Advance(LicenceTerms.AllExpired);
        await first;
        await Eventually.IsTrue(() => _world.ScalarAsync<bool>("SELECT confirmed FROM outage_marks"), Limit,
            "the outage mark is confirmed");

        // Less time has passed in reality than by the writer's clock.
        await _a.PollAsync();
        await _b.PollAsync();

        // Later changes wait for nothing: no time passes. The mark stays, however often the instances check it.
        for (var round = 0; round < 3; round++)
        {
            foreach (var id in ids.Skip(1))
            {
                await ChangeAsync(round switch
                {
                    0 => Commands.Price(id),
                    1 => Commands.Approve(id),
                    _ =>
                    Commands.Claim(id)
                }).WaitAsync(Limit);
                await TellsAsync(id, round + 2);
            }

            var beat = await _world.ScalarAsync<long>("SELECT beat FROM outage_marks");
            _clock.Advance(TimeSpan.FromSeconds(3));
            await Eventually.IsTrue(() => _world.ScalarAsync<bool>($"SELECT beat > {beat} FROM outage_marks"), Limit,
                "the mark is renewed");
            Assert.That(await _world.ScalarAsync<string>("SELECT instance FROM outage_marks"), Is.EqualTo(mark),
                "it is still the mark of the same instance");
        }

        Assert.That(await TroubleAsync(), Does.Contain(reason));
        Assert.That(
            await _world.ScalarAsync<bool>(
                "SELECT max(attempts) = 0 AND max(due_at) < clock_timestamp() + interval '3 seconds' FROM outbox"),
            Is.True,
            "a failure that affects all rows delays no row");

        await repair();

        await UntilEverythingIsAHitAsync(ids);
        Assert.That(await MarksAsync(), Is.Zero);
        Assert.That(await TroubleAsync(), Is.Null);
        Assert.That((await _a.ReadAsync(ids[0]))!.Version, Is.EqualTo(2));
        await Eventually.IsTrue(
            () => _world.ScalarAsync<bool>("SELECT count(*) = 0 FROM outbox"), Limit, "all rows are repaired");
    }

    [Test]
    public async Task Class_36_an_error_of_one_command_alone_opens_nothing()
    {
        var router = _writer.Host.Services.GetRequiredService<RedisRouter>();
        for (var i = 0; i < 20; i++)
        {
            var answer = await router.SendAsync<object?, RedisResult>(
                Cells.Common, "put", null, static (database, _) =>
                    database.ScriptEvaluateAsync("return redis.error_reply('ERR no such thing')"));
            Assert.That(answer.Failure, Is.EqualTo(BypassReason.Error));
            Assert.That(router.Connected(Cells.Common), Is.Not.Null);
        }

        await Eventually.IsTrue(() => router.HasRecovered(Cells.Common), Limit, "a write has worked");
        Assert.That(await router.CanWriteAsync(Cells.Common), Is.True);
        Assert.That(router.TroubleWith(Cells.Common), Is.Null);
    }

    [Test]
    public async Task A_write_that_was_tried_leaves_nothing_behind()
    {
        Assert.That(
            await _writer.Host.Services.GetRequiredService<ICacheHealth>().CanWriteAsync(Cells.Common), Is.True);

        Assert.That(await _world.Redis.KeyExistsAsync(TrialWrite.Key(Cells.Common)), Is.False);
    }

    /// <returns>What the health check must say, and how to end the refusal.</returns>
    private async Task<(string Reason, Func<Task> Repair)> RefuseAsync(string how)
    {
        switch (how)
        {
            case "NOREPLICAS":
                await AdminAsync("CONFIG", "SET", "min-replicas-to-write", "1");
                return ("refuses writes (NOREPLICAS)", () => AdminAsync("CONFIG", "SET", "min-replicas-to-write", "0"));
            case "NOPERM":
                await AdminAsync("ACL", "SETUSER", "default", "-@scripting");
                return ("NOPERM", () => AdminAsync("ACL", "SETUSER", "default", "+@scripting"));
            case "write rights":
                await AdminAsync("ACL", "SETUSER", "default", "-@write");
                return ("NOPERM", () => AdminAsync("ACL", "SETUSER", "default", "+@write"));
            case "MISCONF":
                // A save that fails: the folder to save in is gone.
                Directory.Delete(
                    ((string[])(await _world.Redis.ExecuteAsync("CONFIG", "GET", "dir"))!)[1], recursive: true);
                await AdminAsync("CONFIG", "SET", "save", "3600 1");
                await AdminAsync("BGSAVE");
                await Eventually.IsTrue(
                    async () => (await _world.Redis.ExecuteAsync("INFO", "persistence")).ToString()
                        .Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal),
                    Limit,
                    "the save fails");
                return ("refuses writes (MISCONF)", () =>
                    AdminAsync("CONFIG", "SET", "stop-writes-on-bgsave-error", "no"));
            case "BUSY":
                await AdminAsync("CONFIG", "SET", "busy-reply-threshold", "1");
                var endless = _other.GetDatabase().ScriptEvaluateAsync("while true do end");
                return ("refuses writes (BUSY)", async () =>
                {
                    await AdminAsync("SCRIPT", "KILL");
                    Assert.That(async () => await endless, Throws.InstanceOf<RedisServerException>());
                }
                );
            default:
                await AdminAsync("CLIENT", "PAUSE", "600000", "WRITE");
                return ("unreachable", () => AdminAsync("CLIENT", "UNPAUSE"));
        }
    }

    private Task AdminAsync(string command, params object[] arguments) =>
        _world.Connection.GetDatabase().ExecuteAsync(command, arguments);

    private Task<Order> ChangeAsync(Application.Messaging.IOrderCommand command) => _writer.ChangeAsync(command);

    private Task<bool> OverdueAsync(Guid id) =>
        _world.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM outbox WHERE order_id = '{id:D}' AND overdue_at IS NOT NULL)");

    private Task<long> MarksAsync() => _world.ScalarAsync<long>("SELECT count(*) FROM outage_marks");

    /// <summary>What the health check says about the cache. Null when it is ready.</summary>
    private async Task<string?> TroubleAsync()
    {
        using var answer = await _writer.Host.SendAsync(HttpMethod.Get, "/health/ready");
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["degraded"]!["cache"]?.GetValue<string>();
    }

    private async Task TellsAsync(Guid id, int version)
    {
        foreach (var instance in new[] { _writer, _a, _b })
        {
            Assert.That(await instance.VersionSeenAsync(id), Is.EqualTo(version));
        }
    }

    private async Task UntilEverythingIsAHitAsync(IEnumerable<Guid> ids)
    {
        foreach (var id in ids)
        {
            await Eventually.IsTrue(async () =>
                (await _writer.ReadReportedAsync(id)).Report.Outcome == CacheOutcome.Hit, Limit, "an order is a hit");
        }

        await _writer.UntilIndexesAreWholeAsync();
    }
}
