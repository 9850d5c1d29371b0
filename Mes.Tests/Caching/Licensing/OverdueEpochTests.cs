using Mes.Application.Caching;
using Mes.Infrastructure.Outbox;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>
/// An overdue row knows the epoch in which it was marked. A later epoch cannot lack the row's change, whatever the
/// clocks say.
/// </summary>
internal sealed class OverdueEpochTests : LicenceTests
{
    private const string AnHourBack = "overdue_at = overdue_at - interval '1 hour'";

    [Test]
    public async Task A_change_that_could_not_be_put_is_marked_with_its_cells_epoch()
    {
        var (id, changing) = await MarkedAsync();

        Assert.That(
            await World.ScalarAsync<bool>(
                $"SELECT cell = 0 AND overdue_epoch = (SELECT epoch FROM cache_cells) FROM outbox WHERE order_id = '{id:D}' AND version = 2"),
            Is.True);
        await TakenByAsync(A, id);
        await changing;
    }

    [Test]
    public async Task A_repetition_that_could_not_be_put_is_marked_with_the_epoch_too()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await ApprovedAsync();
        await A.ChangeAsync(Commands.Claim(id));
        await IsSweptAsync(id);

        var changing = await writer.ChangeAsync(Commands.Claim(id));

        Assert.That(
            await World.ScalarAsync<bool>(
                $"SELECT cell = 0 AND overdue_epoch = (SELECT epoch FROM cache_cells) FROM outbox WHERE order_id = '{id:D}'"),
            Is.True);
        await TakenByAsync(A, id);
        await changing;
    }

    [TestCase("overdue_epoch = overdue_epoch")]
    [TestCase("overdue_epoch = NULL, cell = NULL", TestName =
        "Class_40_marked_by_a_clock_that_was_set_back(by an instance that knows no epochs)")]
    public async Task Class_40_marked_by_a_clock_that_was_set_back(string epoch)
    {
        var (id, changing) = await MarkedAsync();
        await World.ExecuteAsync($"UPDATE outbox SET {AnHourBack}, {epoch} WHERE order_id = '{id:D}'");
        await IsLeftOutAsync(A, id, "the licence names the order");

        await TakenByAsync(A, id);

        await changing;
        await IsAHitAsync(A, id, "the relay put it, and did not take its epoch for a past one");
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task What_was_marked_in_an_epoch_that_is_over_is_not_named_and_goes_without_being_repaired()
    {
        var (id, changing) = await MarkedAsync();
        await World.ExecuteAsync($"UPDATE outbox SET overdue_epoch = overdue_epoch - 1 WHERE order_id = '{id:D}'");

        await IsAHitAsync(A, id, "the licence does not name the order");
        var puts = 0;
        await using var relay = await World.StartInstanceAsync();
        relay.Seams.Put = call =>
        {
            Interlocked.Increment(ref puts);
            return call.Proceed();
        };
        await TakenByAsync(relay, id);

        await changing;
        Assert.That(puts, Is.Zero);
    }

    [Test]
    public async Task Class_40_a_row_that_is_due_in_an_hour_is_due_now([Values] bool overdue)
    {
        Guid id;
        var changing = Task.CompletedTask;
        if (overdue)
        {
            (id, changing) = await MarkedAsync();
        }
        else
        {
            id = await SubmittedAsync();
            await IsSweptAsync(id);
            await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");
        }

        // As if the database's clock had been set back since the row was written.
        await World.ExecuteAsync($"UPDATE outbox SET due_at = due_at + interval '1 hour' WHERE order_id = '{id:D}'");
        await A.RelayAsync();

        Assert.That(await World.OutboxRowsAsync(id), Is.Zero);
        await changing;
        await EverybodySeesUnderNewLicencesAsync(id, 2);
    }

    [Test]
    public async Task A_row_that_fails_though_others_succeed_waits_a_little_longer_each_time_and_never_long()
    {
        var relay = await StartAsync(new InstanceSettings());
        var (odd, other) = (await SubmittedAsync(), await SubmittedAsync());
        await IsSweptAsync(odd);
        await IsSweptAsync(other);
        relay.Seams.Put = call => call.Order.Id == odd ? Task.FromResult(PutResult.Failed) : call.Proceed();
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id IN ('{odd:D}', '{other:D}')");

        for (var attempt = 1; attempt <= 12; attempt++)
        {
            await World.MakeDueAsync(odd);
            await relay.RelayAsync();
            Assert.That(await World.ScalarAsync<int>($"SELECT attempts FROM outbox WHERE order_id = '{odd:D}'"),
                Is.EqualTo(attempt));
            Assert.That(
                await World.ScalarAsync<bool>(
                    $"SELECT due_at < clock_timestamp() + interval '2.1 seconds' FROM outbox WHERE order_id = '{odd:D}'"), Is.True);
        }

        Assert.That(await World.OutboxRowsAsync(other), Is.Zero);
    }

    [Test]
    public async Task A_cell_that_is_away_does_not_stand_in_the_way_of_what_another_has_left()
    {
        // Of four cells the first is away. It has left more rows than a relay takes at once, all due before the others.
        await using var relay = await Instance.StartAsync(
            World.Database.ConnectionString, World.RedisServer.ConnectionString, new InstanceSettings
            {
                Services = services =>
                    services.Decorate<Infrastructure.Redis.ICacheHealth>((inner, _) => new CellHealth(inner, away: 1)),
            });
        var id = await SubmittedAsync();
        await MarkOverdueAsync(id);
        await World.ExecuteAsync($"""
            UPDATE outbox SET cell = 0, overdue_epoch = (SELECT epoch FROM cache_cells) WHERE order_id = '{id:D}';
            INSERT INTO outbox (order_id, version, tags, overdue_at, due_at, attempts, cell, overdue_epoch)
            SELECT gen_random_uuid(), 1, 'orders', clock_timestamp(), clock_timestamp() - interval '1 minute', 0, 1, 1 FROM generate_series(1, 1000)
            """);

        await relay.RelayAsync();

        Assert.That(await World.OutboxRowsAsync(id), Is.Zero);
        Assert.That(
            await World.ScalarAsync<long>(
                "SELECT count(*) FROM outbox WHERE due_at < clock_timestamp() - interval '30 seconds'"),
            Is.EqualTo(1000),
            "the relay did not even claim the other cell's rows");
    }

    [Test]
    public async Task With_the_cache_off_the_janitor_deletes_in_portions_also_rows_that_seem_to_be_from_the_future()
    {
        await using var off = await Mes.Tests.Support.MesHost.StartAsync(
            World.Database.ConnectionString, "127.0.0.1:1", ["--Mes:Cache:Enabled=false"]);
        await World.ExecuteAsync("""
            INSERT INTO outbox (order_id, version, tags, created_at, attempts)
            SELECT gen_random_uuid(), 1, 'orders', clock_timestamp() + (CASE WHEN i % 2 = 0 THEN -1 ELSE 1 END) * interval '1 hour', 0
            FROM generate_series(1, 12000) AS i
            """);

        var deleted = await off.Services.GetRequiredService<OutboxJanitor>().TidyAsync(60_000, CancellationToken.None);

        Assert.That(deleted, Is.EqualTo(12_000));
    }

    /// <summary>
    /// Makes an order whose second version could not be put: its row is marked, and its writer waits.
    /// </summary>
    private async Task<(Guid Id, Task Changing)> MarkedAsync()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        return (id, await writer.ChangeAsync(Commands.Price(id)));
    }
}
