using Mes.Domain.Orders;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>
/// Changes made in SQL, past the service: because of the database's trigger the relay repairs them like any other
/// change, and at once.
/// </summary>
internal sealed class HandWrittenChangeTests : LicenceTests
{
    private const int Many = 3000;
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AsFastAsItGoes = TimeSpan.FromSeconds(60);

    [Test]
    public async Task It_shows_through_the_cache_within_a_second()
    {
        await StartRelayAsync();
        var id = Guid.Empty;
        await Promptly.Happens(Promised, "the instance tells the change", async () =>
        {
            id = await SubmittedAsync();
            await IsSweptAsync(id);
            return await Promptly.TimeOf(async () =>
            {
                await World.ExecuteAsync(
                    $"UPDATE orders SET status = 'REJECTED', version = 77, changed_by = 'somebody' WHERE id = '{id:D}'");
                await Eventually.IsTrue(async () => await B.VersionSeenAsync(id) == 2, Limit,
                    "the instance tells the change");
            });
        });

        var order = await B.HitAsync(id);
        Assert.That((order.Version, order.Status), Is.EqualTo((2, OrderStatus.Rejected)),
            "the version is the next one, whatever the statement has written");
        Assert.That(
            await World.ScalarAsync<string>(
                $"SELECT from_status || ' ' || to_status || ' ' || changed_by FROM order_history WHERE order_id = '{id:D}' AND version = 2"),
            Does.Match("^SUBMITTED REJECTED database:"));
        await IsSweptAsync(id);
    }

    [Test]
    public async Task Without_the_relay_the_old_status_is_told_and_the_row_that_would_have_it_repaired_is_there()
    {
        var id = await SubmittedAsync();
        await IsSweptAsync(id);

        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");

        await EverybodySeesAsync(id, 1);
        Assert.That(
            await World.ScalarAsync<bool>(
                $"SELECT due_at <= created_at AND version = 2 FROM outbox WHERE order_id = '{id:D}'"), Is.True);
    }

    [Test]
    public async Task Many_at_once_leave_the_orders_of_others_in_the_cache_and_all_show()
    {
        await StartRelayAsync();
        var reader = await StartAsync(new InstanceSettings { Clock = new SteppedClock() });
        var other = await SubmittedAsync();
        var changed = await InsertManyAsync();

        await World.ExecuteAsync("UPDATE orders SET status = 'REJECTED' WHERE material = 'many'");
        var looks = 0;
        do
        {
            await IsAHitAsync(reader, other, $"no statement has touched the order (look {looks++})");
        }
        while (await LeftAsync() > 0 && looks < 10_000);

        Assert.That(await LeftAsync(), Is.Zero, "the relay works through all of them");
        foreach (var id in changed)
        {
            Assert.That((await reader.Cache.GetAsync(id)).Hit?.Version, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Where_many_are_named_in_the_licences_the_orders_of_others_leave_the_cache()
    {
        var reader = await StartAsync(new InstanceSettings { Clock = new SteppedClock() });
        var other = await SubmittedAsync();
        await InsertManyAsync(repaired: false);

        await World.ExecuteAsync("UPDATE outbox SET overdue_at = clock_timestamp()");

        await IsLeftOutAsync(reader, other,
            "no statement has touched the order, but too many orders are overdue to name them");
    }

    [TestCase("SET search_path = ''")]
    [TestCase("CREATE TEMPORARY TABLE outbox (LIKE outbox INCLUDING ALL)")]
    [TestCase("SET session_replication_role = replica")]
    public async Task Class_42_it_shows_whatever_the_session_has_set(string session)
    {
        await StartRelayAsync();
        var id = await SubmittedAsync();
        await IsSweptAsync(id);

        await World.ExecuteAsync($"{session}; UPDATE public.orders SET status = 'REJECTED' WHERE id = '{id:D}'");

        await Eventually.IsTrue(async () => await B.VersionSeenAsync(id) == 2, AsFastAsItGoes,
            "the instance tells the change");
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task A_change_of_the_service_stands_in_the_database_as_it_was_answered()
    {
        var id = await SubmittedAsync();

        var order = await A.ChangeAsync(Commands.Price(id));

        Assert.That(
            await World.ScalarAsync<string>(
                $"SELECT version || ' ' || changed_by || ' ' || round(extract(epoch FROM updated_at) * 1000) FROM orders WHERE id = '{id:D}'"),
            Is.EqualTo($"2 service:crm {order.UpdatedAt.ToUnixTimeMilliseconds()}"));
    }

    /// <summary>Starts an instance whose relay runs as usual.</summary>
    private Task<Instance> StartRelayAsync() => StartAsync(new InstanceSettings { RelayHeld = false });

    private Task<long> LeftAsync() => World.ScalarAsync<long>("SELECT count(*) FROM outbox");

    private async Task<IReadOnlyList<Guid>> InsertManyAsync(bool repaired = true)
    {
        List<Guid> ids = [.. Enumerable.Range(0, Many).Select(_ => Commands.NewOrderId())];
        var template = await SubmittedAsync();
        await World.ExecuteAsync($"""
            CREATE TEMPORARY TABLE template AS SELECT * FROM orders WHERE id = '{template:D}';
            CREATE TEMPORARY TABLE copies AS SELECT t.* FROM template AS t, generate_series(1, {Many});
            UPDATE copies SET material = 'many', version = 1;
            """ + "\n" + CopyIds(ids));
        if (repaired)
        {
            await Eventually.IsTrue(async () => await LeftAsync() == 0, AsFastAsItGoes, "all are in the cache");
        }

        return ids;
    }

    private static string CopyIds(List<Guid> ids) => $"""
        WITH numbered AS (SELECT ctid, row_number() OVER () AS n FROM copies)
        UPDATE copies SET id = (ARRAY[{string.Join(',', ids.Select(id => $"'{id:D}'"))}]::uuid[])[n], external_id = 'many-' || gen_random_uuid()
        FROM numbered WHERE copies.ctid = numbered.ctid;
        INSERT INTO orders SELECT * FROM copies;
        """;
}
