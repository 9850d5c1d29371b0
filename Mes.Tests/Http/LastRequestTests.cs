using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>A change that is under way when its instance is stopped.</summary>
[TestFixture]
[Category("Servers")]
internal sealed class LastRequestTests
{
    [Test]
    public async Task It_is_answered_and_is_in_the_cache()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var redis = await TestRedisServer.StartAsync();
        await using var going = await MesHost.StartAsync(database.ConnectionString, redis.ConnectionString,
            ["--Mes:Cache:ReadTimeout=00:00:10", "--Mes:Cache:PutTimeout=00:00:10"]);
        await using var staying = await MesHost.StartAsync(
            database.ConnectionString, redis.ConnectionString, ["--Mes:Cache:ReadTimeout=00:00:10"]);
        OrdersClient alpha = new(() => staying, MesHost.Alpha), crm = new(() => staying, MesHost.Crm), last =
            new(() => going, MesHost.Crm);
        var order = (await alpha.SubmitAsync()).Should(201);
        (await crm.ChangeAsync(order.Id, "price")).Should(200);

        Task<HttpAnswer> change;
        Task stop;
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("SELECT 1 FROM orders WHERE id = $1 FOR UPDATE", connection,
                transaction)
            { Parameters = { new() { Value = order.Id } } };
            await hold.ExecuteScalarAsync();
            change = last.ChangeAsync(order.Id, "approval");
            await Eventually.IsTrue(() => IsWaitedForAsync(database.ConnectionString), TimeSpan.FromSeconds(20),
                "the change waits for the row");
            var stopping = going.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            stop = going.Services.GetRequiredService<IHost>().StopAsync();
            await Eventually.IsTrue(
                () => stopping.IsCancellationRequested, TimeSpan.FromSeconds(20), "the instance is stopping");
            Assert.That(change.IsCompleted, Is.False);
        }

        Assert.That((await change).Should(200).Version, Is.EqualTo(3));
        await stop;
        var read = await alpha.GetHitAsync($"orders/{order.Id}");
        Assert.That(read.Version, Is.EqualTo(3));
    }

    private static async Task<bool> IsWaitedForAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var waiting = new NpgsqlCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                connection);
        return (long)(await waiting.ExecuteScalarAsync())! > 0;
    }
}
