using System.Net;
using Mes.Application.Caching;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching;

/// <summary>The service checks how Redis is configured and reports what is wrong. It works nevertheless.</summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class RedisConfigurationTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    [TestCase("allkeys-lru", true)]
    [TestCase("volatile-ttl", true)]
    [TestCase("noeviction", false)]
    public async Task The_health_check_reports_a_policy_that_evicts_and_still_says_ready(string policy, bool told)
    {
        await using var redis = await TestRedisServer.StartAsync("--maxmemory-policy", policy);
        await using var host =
            await MesHost.StartEmbeddedAsync([$"--ConnectionStrings:Redis={redis.ConnectionString}"]);

        using var answer = await host.SendAsync(HttpMethod.Get, "/health/ready");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsStringAsync(), told
            ? Does.Contain($"maxmemory-policy is {policy}")
            : Does.Not.Contain("maxmemory-policy"));
    }

    [Test]
    public async Task A_replica_is_neither_read_nor_written_until_it_is_promoted()
    {
        await using var primary = await TestRedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        await using var redis = await TestRedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port}");
        await using var host =
            await MesHost.StartEmbeddedAsync([$"--ConnectionStrings:Redis={redis.ConnectionString}"]);
        var health = host.Services.GetRequiredService<ICacheHealth>();
        Assert.That(health.Connected(Cells.Common), Is.Null);
        Assert.That((await host.Services.GetRequiredService<IOrderCache>()
            .GetAsync(Commands.NewOrderId())).BypassReason, Is.Not.Null);

        await ExecuteAsync(redis, "REPLICAOF", "NO", "ONE");

        await Eventually.IsTrue(() => IsUsedAsync(host), Limit, "the cache is used");
    }

    [Test]
    public async Task A_master_that_is_made_a_replica_under_the_connection_is_left_at_its_first_refusal()
    {
        await using var primary = await TestRedisServer.StartAsync("--repl-diskless-sync-delay", "0");
        await using var redis = await TestRedisServer.StartAsync();
        await using var host =
            await MesHost.StartEmbeddedAsync([$"--ConnectionStrings:Redis={redis.ConnectionString}"]);
        await Eventually.IsTrue(() => IsUsedAsync(host), Limit, "the cache is used");
        var health = host.Services.GetRequiredService<ICacheHealth>();

        await ExecuteAsync(redis, "REPLICAOF", "127.0.0.1", $"{primary.Port}");

        await Eventually.IsTrue(
            async () => await host.Services.GetRequiredService<IOrderCache>().BeginAsync(
                Commands.NewOrderId(), LeaseHolder.Writer) is null && health.Connected(Cells.Common) is null,
            Limit,
            "the instance does not use it any more");
    }

    private static async Task<bool> IsUsedAsync(MesHost host) =>
        await host.Services.GetRequiredService<IOrderCache>()
            .BeginAsync(Commands.NewOrderId(), LeaseHolder.Writer) is not null;

    private static async Task ExecuteAsync(TestRedisServer redis, params object[] command)
    {
        await using var connection =
            await ConnectionMultiplexer.ConnectAsync($"{redis.ConnectionString},allowAdmin=true");
        await connection.GetDatabase().ExecuteAsync((string)command[0], command[1..]);
    }
}
