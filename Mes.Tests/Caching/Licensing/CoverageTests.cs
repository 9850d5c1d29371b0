using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching.Licensing;

/// <summary>What a licence covers, and on which connection it counts.</summary>
internal sealed class CoverageTests : LicenceTests
{
    private const string Key = "a report";
    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(1);
    private static readonly string[] Tags = ["report"];

    [Test]
    public async Task With_a_hundred_orders_named_all_others_are_covered_and_with_one_more_none()
    {
        var id = await SubmittedAsync();

        await NameOthersAsync(LicenceTerms.MaxOverdueOrders(1));
        await IsAHitAsync(A, id, "no licence names the order");

        await NameOthersAsync(1);
        await IsLeftOutAsync(A, id, "a licence cannot name so many orders, so it covers none");
    }

    [Test]
    public async Task Several_changes_of_one_order_name_it_once()
    {
        var (id, named) = (await SubmittedAsync(), await SubmittedAsync());
        await MarkOverdueAsync(named);
        await World.ExecuteAsync($"""
            INSERT INTO outbox (order_id, version, tags, created_at, due_at, overdue_at, attempts)
            SELECT order_id, version, tags, created_at, due_at, overdue_at, attempts FROM outbox, generate_series(1, {LicenceTerms.MaxOverdueOrders(1) + 1})
            WHERE order_id = '{named:D}'
            """);

        await IsAHitAsync(A, id, "the licence names only one order");
        await IsLeftOutAsync(A, named, "the licence names this order");
    }

    [TestCase("NULL", TestName =
        "A_tagged_answer_is_covered_only_while_nothing_is_named_not_even_a_change_of_something_other_than_an_order")]
    [TestCase("gen_random_uuid()", TestName = "A_tagged_answer_is_covered_only_while_nothing_is_named")]
    public async Task A_tagged_answer_is_covered_only_while_nothing_is_named(string order)
    {
        await StoreReportAsync();
        await A.PollAsync();
        Assert.That((await A.TaggedCache.ReadAsync(Key, Tags)).Hit, Is.Not.Null);

        await World.ExecuteAsync($"""
            INSERT INTO outbox (order_id, version, tags, created_at, due_at, overdue_at, attempts)
            VALUES ({order}, 1, 'other', clock_timestamp(), clock_timestamp(), clock_timestamp(), 0)
            """);
        await A.PollAsync();
        Assert.That((await A.TaggedCache.ReadAsync(Key, Tags)).BypassReason, Is.EqualTo(BypassReason.NoLicence));

        await World.ExecuteAsync("DELETE FROM outbox");
        await A.PollAsync();
        Assert.That((await A.TaggedCache.ReadAsync(Key, Tags)).Hit, Is.Not.Null);
    }

    [Test]
    public async Task A_tagged_answer_is_not_covered_during_an_outage()
    {
        await StoreReportAsync();
        await World.ExecuteAsync(
            "INSERT INTO outage_marks (instance, set_at, expires_at) VALUES ('other', clock_timestamp(), "
                + "clock_timestamp() + interval '1 minute')");
        await A.PollAsync();

        Assert.That((await A.TaggedCache.ReadAsync(Key, Tags)).BypassReason, Is.EqualTo(BypassReason.NoLicence));
    }

    [Test]
    public async Task A_change_of_something_other_than_an_order_leaves_orders_covered()
    {
        var id = await SubmittedAsync();
        await World.ExecuteAsync("""
            INSERT INTO outbox (tags, created_at, due_at, overdue_at, attempts)
            VALUES ('other', clock_timestamp(), clock_timestamp(), clock_timestamp(), 0)
            """);

        await IsAHitAsync(A, id, "no licence names the order");
    }

    [Test]
    public async Task An_answer_that_came_over_a_connection_whose_Redis_is_not_known_does_not_count()
    {
        var wire = Keep(new RedisWire(World.RedisServer.Port));
        var instance = await StartAsync(
            new InstanceSettings { Clock = new SteppedClock(), Redis = wire.ConnectionString });
        var router = instance.Host.Services.GetRequiredService<RedisRouter>();
        var id = await SubmittedAsync();
        var epoch = instance.Keys;

        // This read is sent before the connection breaks, and answered over the next connection.
        var answer = await router.SendAsync(Cells.Common, "get", instance, async (database, _) =>
        {
            wire.Break();
            var entry = RedisValue.Null;
            await Eventually.IsTrue(
                async () =>
                {
                    try
                    {
                        entry = await database.StringGetAsync(instance.EntryKey(id));
                        return true;
                    }
                    catch (RedisException)
                    {
                        return false;
                    }
                    catch (InvalidOperationException)
                    {
                        return false;
                    }
                },
                Limit,
                "the client connects again");
            return entry;
        });

        Assert.That(answer.Failure, Is.Null);
        Assert.That(answer.AnsweredBy, Is.Null);
        await instance.PollAsync();
        Assert.That(instance.Licences.Validate(id, epoch, answer.AnsweredBy), Is.EqualTo(HitValidity.Invalid));
        Assert.That(instance.Licences.IsPutValid(epoch, answer.AnsweredBy), Is.False);
        await Eventually.IsTrue(async () => (await instance.Cache.GetAsync(id)).Hit is not null, Limit,
            "the new connection is identified, and counts");
    }

    [Test]
    public async Task What_was_asked_in_another_epoch_does_not_count()
    {
        var id = await SubmittedAsync();
        await A.PollAsync();
        var connected = A.Host.Services.GetRequiredService<ICacheHealth>().Connected(Cells.Common);
        Assert.That(A.Licences.Validate(id, A.Keys, connected), Is.EqualTo(HitValidity.Valid));

        Assert.That(A.Licences.Validate(id, new CacheEpoch(Cells.Common, A.Epoch - 1), connected),
            Is.EqualTo(HitValidity.Invalid));
        Assert.That(A.Licences.IsPutValid(new CacheEpoch(Cells.Common, A.Epoch - 1), connected), Is.False);
    }

    [TestCase("+", TestName =
        "A_new_epoch_is_used_only_when_every_licence_for_the_one_before_has_run_out_with_the_databases_clock_set_back")]
    [TestCase("-", TestName =
        "A_new_epoch_is_used_only_when_every_licence_for_the_one_before_has_run_out_with_the_databases_clock_set_forward")]
    public async Task A_new_epoch_is_used_only_when_every_licence_for_the_one_before_has_run_out(string sign)
    {
        var clock = new SteppedClock();
        var watching = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        var id = await SubmittedAsync();
        await IsAHitAsync(watching, id, "the order is cached");
        var before = watching.Epoch;
        await World.ExecuteAsync(
            $"UPDATE cache_cells SET epoch = epoch + 5, since = clock_timestamp() {sign} interval '1 hour'");

        await IsNotUsedYetAsync(watching, id, before + 5);
        clock.Advance(LicenceTerms.AllExpired - Little);
        await IsNotUsedYetAsync(watching, id, before + 5);
        await IsNotUsedYetAsync(A, id, before + 5);

        clock.Advance(2 * Little);
        await watching.PollAsync();
        await A.PollAsync();
        await B.PollAsync();
        Assert.That((watching.Epoch, A.Epoch, B.Epoch), Is.EqualTo((before + 5, before + 5, before + 5)),
            "the instance that has watched the epoch long enough settles it for all");
        Assert.That((await A.ReadReportedAsync(id)).Report.Stored, Is.True,
            "no instance reads what was cached in the old epoch");
    }

    [Test]
    public async Task Class_40_an_epoch_that_is_begun_while_another_is_being_watched_is_watched_from_the_start()
    {
        var clock = new SteppedClock();
        var watching = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        var id = await SubmittedAsync();
        await IsAHitAsync(watching, id, "the order is cached");
        var before = watching.Epoch;
        await World.ExecuteAsync("UPDATE cache_cells SET epoch = epoch + 5");
        await IsNotUsedYetAsync(watching, id, before + 5);
        clock.Advance(LicenceTerms.AllExpired - Little);
        await World.ExecuteAsync("UPDATE cache_cells SET epoch = epoch + 5");

        clock.Advance(2 * Little);

        await IsNotUsedYetAsync(watching, id, before + 10);
        await World.ExecuteAsync("UPDATE cache_cells SET settled_epoch = epoch");
        await IsNowUsedAsync(A, B, watching);
    }

    [TestCase(3600)]
    [TestCase(-3600)]
    public async Task Class_40_a_step_of_the_instances_wall_clock_costs_it_one_licence(int seconds)
    {
        var clock = new SteppedClock();
        var instance = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        var id = await SubmittedAsync();
        await IsAHitAsync(instance, id, "the instance has a licence");

        clock.AdvanceWall(TimeSpan.FromSeconds(seconds));

        Assert.That((await instance.ReadReportedAsync(id)).Report.Detail, Is.EqualTo(BypassReason.NoLicence.Name));
        await IsAHitAsync(instance, id, "the instance has another licence");
    }

    private static async Task IsNotUsedYetAsync(Instance instance, Guid id, long epoch)
    {
        var observed = await instance.PollAsync();
        Assert.That((observed.Cells[0].Epoch, observed.Cells[0].IsEpochUsable), Is.EqualTo((epoch, false)));
        var (order, report) = await instance.ReadReportedAsync(id);
        Assert.That(
            (order!.Version, report.Detail), Is.EqualTo((1, "new-epoch")),
            "the instance uses neither the old epoch nor the new one");
        Assert.That(await instance.Cache.BeginAsync(id, Application.Caching.LeaseHolder.Writer), Is.Null);
        Assert.That(await instance.RelayAsync(), Is.Zero);
    }

    private static async Task IsNowUsedAsync(params Instance[] instances)
    {
        foreach (var instance in instances)
        {
            Assert.That((await instance.PollAsync()).Cells[0].IsEpochUsable, Is.True);
        }
    }

    private Task NameOthersAsync(int count) => World.ExecuteAsync($"""
        INSERT INTO outbox (order_id, version, tags, created_at, due_at, overdue_at, attempts)
        SELECT gen_random_uuid(), 1, 'orders', clock_timestamp(), clock_timestamp(), clock_timestamp(), 0 FROM generate_series(1, {count})
        """);

    private async Task StoreReportAsync()
    {
        await A.PollAsync();
        var stamps = (await A.TaggedCache.ReadAsync(Key, Tags)).Stamps!;
        Assert.That(await A.TaggedCache.StoreAsync(Key, stamps, "{}"u8.ToArray()), Is.True);
    }
}
