using System.Net;
using System.Net.Sockets;
using Mes.Tests.Docs;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching;

/// <summary>
/// The rights that the service's Redis user needs: those that docs/operating.md lists, and no others. The service names
/// a right that it lacks.
/// </summary>
[Category("Servers")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RedisRightsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly LogLines _log = new();
    private TestRedisServer _redis = null!;
    private ConnectionMultiplexer _admin = null!;

    /// <summary>The rights in docs/operating.md, from <c>on</c> to the end of the line.</summary>
    private static string[] Rights =>
        Documents.Operating.Split('\n').Select(line => line.Trim())
            .Single(line => line.StartsWith("ACL SETUSER mes ", StringComparison.Ordinal)).Split(' ')[3..];

    [SetUp]
    public async Task StartAsync()
    {
        _redis = await TestRedisServer.StartAsync();
        _admin = await ConnectionMultiplexer.ConnectAsync($"{_redis.ConnectionString},allowAdmin=true");
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _admin.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Test]
    public async Task With_the_documented_rights_an_order_goes_all_its_way_and_nothing_is_refused()
    {
        await GrantAsync();
        await using (var host = await StartServiceAsync("user=mes,password=secret"))
        {
            var (alpha, anna, crm) = (new OrdersClient(() => host, MesHost.Alpha),
                new OrdersClient(() => host, MesHost.Anna), new OrdersClient(() => host, MesHost.Crm));
            var order = (await alpha.SubmitAsync()).Should(201);
            foreach (var step in Lifecycle.WayTo("CLOSED"))
            {
                foreach (var path in new[] { $"orders/{order.Id}/status", "board", "board/SUBMITTED", "orders?limit=5",
                    "stats/throughput" })
                {
                    await Eventually.IsTrue(
                        async () => (await crm.GetAsync(path))
                            .Should(200).CacheStatus is "mes; hit" or "mes; fwd=bypass; detail=not-indexed", Limit,
                                $"{path} is a hit");
                }

                await Eventually.IsTrue(async () => (await alpha.GetAsync("orders?limit=5"))
                    .Should(200).CacheStatus == "mes; hit", Limit, "the seller's list is a hit");
                order = (await (step.Roles[0] == "operator" ? anna : crm).ChangeAsync(order.Id, step.Action))
                    .Should(200);
            }

            // Old keys for the sweeper, and values that are unreadable or of another type.
            await _admin.GetDatabase().StringSetAsync("mes:{0}:1:foreign", "x");
            await host.Services.GetRequiredService<Mes.Infrastructure.Startup.SchemaMigrator>()
                .StartNewCacheEpochAsync(CancellationToken.None);
            await Eventually.IsTrue(async () => (await alpha.OrderAsync(order.Id)).CacheStatus == "mes; hit", Limit,
                "hits again, in the new epoch");
            await Eventually.IsTrue(async () => !await _admin.GetDatabase().KeyExistsAsync("mes:{0}:1:foreign"), Limit,
                "the old epoch's keys are removed");
            var ready = (await new OrdersClient(() => host, null).GetAsync("/health/ready")).Should(200);
            Assert.That(ready.StatusName, Is.EqualTo("ready"), ready.Json.GetRawText());
        }

        Assert.That(await RefusalsAsync(), Is.Empty);
    }

    [TestCase("-evalsha", "evalsha")]
    [TestCase("-set", "within a script")]
    [TestCase("-info", "info")]
    public async Task A_right_that_is_missing_is_named_in_the_log_and_by_the_health_check(string taken, string named)
    {
        await GrantAsync(taken);
        await using var host = await StartServiceAsync("user=mes,password=secret");
        var (alpha, anonymous) = (new OrdersClient(() => host, MesHost.Alpha), new OrdersClient(() => host, null));
        (await alpha.SubmitAsync()).Should(201);

        await Eventually.IsTrue(
            async () => (await anonymous.GetAsync("/health/ready")).Should(200).Json.GetProperty("degraded")
                .TryGetProperty("cache", out var why)
                && why.GetString()!.Contains("NOPERM", StringComparison.Ordinal)
                    && why.GetString()!.Contains(named, StringComparison.Ordinal),
            Limit,
            "the health check names the right");
        Assert.That(
            _log.All.Where(line => line.Contains("NOPERM", StringComparison.Ordinal)), Has.Some.Contains(named));
        Assert.That(_log.All.Where(line => line.Contains("   at ", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("user=mes,password=wr0ng", "WRONGPASS")]
    [TestCase("password=wr0ng", "WRONGPASS")]
    [TestCase("", "NOAUTH")]
    public async Task A_login_that_is_refused_is_named_in_the_log_and_by_the_health_check(string login, string named)
    {
        await GrantAsync();
        await _admin.GetServers()[0].ExecuteAsync("CONFIG", "SET", "requirepass", "right");
        await using var host = await StartServiceAsync(login);

        await Eventually.IsTrue(
            async () => (await new OrdersClient(() => host, null).GetAsync("/health/ready")).Should(200).Json
                .GetProperty("degraded").GetProperty("cache").GetString()!.Contains(named, StringComparison.Ordinal),
            Limit,
            "the health check names the refusal");
        Assert.That(_log.All.Where(line => line.Contains(named, StringComparison.Ordinal)), Has.Exactly(1).Items,
            "the log says it once, not at each attempt");
        Assert.That(_log.All, Has.None.Contains("wr0ng"));
    }

    [Test]
    public async Task A_failed_TLS_handshake_is_named()
    {
        // This server takes the greeting as one that does not speak TLS does.
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var hangingUp = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await plain.AcceptTcpClientAsync();
                await client.GetStream().ReadExactlyAsync(new byte[1]);
            }
        });
        await using (var host =
            await MesHost.StartEmbeddedAsync([$"--ConnectionStrings:Redis=ssl=true,{plain.LocalEndpoint}"]))
        {
            await Eventually.IsTrue(
                async () => (await new OrdersClient(() => host, null).GetAsync("/health/ready")).Should(200).Json
                    .GetProperty("degraded").GetProperty("cache")
                        .GetString()!.Contains("TLS", StringComparison.Ordinal),
                Limit,
                "the health check names the handshake");
        }

        plain.Stop();
        Assert.That(async () => await hangingUp, Throws.Exception);
    }

    private Task<MesHost> StartServiceAsync(string login) => MesHost.StartEmbeddedAsync(
        [$"--ConnectionStrings:Redis={(login.Length == 0 ? string.Empty : login + ",")}{_redis.ConnectionString}",
            "--Mes:Cache:ReadTimeout=00:00:10"],
        builder => builder.Logging.AddProvider(_log));

    private Task GrantAsync(params string[] more) =>
        _admin.GetServers()[0].ExecuteAsync(
            "ACL", ["SETUSER", "mes", .. Rights.Select(right => right.StartsWith('>') ? ">secret" : right), .. more]);

    private async Task<string[]> RefusalsAsync() =>
        [.. ((RedisResult[])(await _admin.GetServers()[0].ExecuteAsync("ACL", "LOG"))!)
            .Select(entry => string.Join(' ', ((RedisResult[])entry!).Take(8).Select(part => part.ToString())))];
}
