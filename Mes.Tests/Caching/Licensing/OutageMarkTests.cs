using System.Data.Common;
using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>
/// If no relay takes the changes that could not be put, the cache leaves the licences of all instances, and no writer
/// waits any more.
/// </summary>
internal sealed class OutageMarkTests : LicenceTests
{
    private const string SecondCell = """
        INSERT INTO cache_cells (cell, epoch, data_set, layout, since, settled_epoch, database_id)
        SELECT 1, epoch, data_set, layout, since, settled_epoch, database_id FROM cache_cells
        """;

    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(10);

    [Test]
    public async Task It_is_set_only_when_no_relay_has_taken_a_change_for_as_long_as_a_licence_lives()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var (id, other) = (await SubmittedAsync(), await SubmittedAsync());
        _ = await writer.ChangeAsync(Commands.Price(id));

        writer.Clock.Advance(LicenceTerms.Term - Little);
        await writer.Looks.AgainAsync();
        Assert.That(await MarksAsync(), Is.Zero, "this may still be one slow put");

        writer.Clock.Advance(2 * Little);
        await Eventually.IsTrue(async () => await MarksAsync() == 1, Limit, "this counts as an outage");
        await IsLeftOutAsync(A, other, "no instance answers from the cache while the mark stands");
        await IsLeftOutAsync(B, other, "no instance answers from the cache while the mark stands");
    }

    [Test]
    public async Task It_is_not_set_where_a_peer_takes_the_change()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        var acknowledged = await writer.ChangeAsync(Commands.Price(id));

        await TakenByAsync(A, id);
        await acknowledged;

        Assert.That(await MarksAsync(), Is.Zero);
    }

    [Test]
    public async Task Once_it_is_confirmed_a_change_does_not_wait_and_is_overdue_all_the_same()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        await PlantAsync(confirmed: true);

        Assert.That(
            (await writer.Instance.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2),
            "the change is acknowledged although no time passes");

        Assert.That(
            await World.ScalarAsync<bool>(
                $"SELECT overdue_at IS NOT NULL FROM outbox WHERE order_id = '{id:D}' AND version = 2"),
            Is.True,
            "so licences leave the order out after the outage mark is gone");
        await World.ExecuteAsync("DELETE FROM outage_marks");
        await IsLeftOutAsync(A, id, "the licence names the order");
        await EverybodySeesUnderNewLicencesAsync(id, 2);
    }

    [Test]
    public async Task Class_40_an_unconfirmed_mark_spares_no_writer_its_wait_whatever_the_databases_clock_says()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        await PlantAsync(confirmed: false, age: TimeSpan.FromHours(1));

        var changing = await writer.ChangeAsync(Commands.Price(id));

        await TakenByAsync(A, id);
        await changing;
    }

    [Test]
    public async Task Class_40_a_mark_counts_while_it_exists_whatever_the_databases_clock_says()
    {
        var id = await SubmittedAsync();
        await PlantAsync(confirmed: false, age: TimeSpan.FromHours(1), left: -TimeSpan.FromMinutes(59));
        await IsLeftOutAsync(
            A, id, "the mark still counts, although its time has passed by a clock that was set forward");

        await World.ExecuteAsync("DELETE FROM outage_marks");
        await IsAHitAsync(A, id, "the mark is gone");
    }

    [Test]
    public async Task The_instance_that_set_it_confirms_it_by_its_own_clock_when_all_earlier_licences_have_run_out()
    {
        var owner = await StartOwnerAsync();
        await owner.Marks.SetAsync(Cells.Common);
        owner.Clock.Advance(LicenceTerms.AllExpired - Little);
        await owner.Marks.SetAsync(Cells.Common);
        Assert.That(await IsConfirmedAsync(owner.Instance), Is.False, "earlier licences may still be alive");

        owner.Clock.Advance(2 * Little);
        await owner.Marks.SetAsync(Cells.Common);

        Assert.That(await IsConfirmedAsync(owner.Instance), Is.True);
        Assert.That(await IsConfirmedAsync(A), Is.True, "every instance reads it in the database");
    }

    [Test]
    public async Task The_mark_of_a_dead_instance_is_removed_by_a_peer_that_sees_it_unchanged_for_long_enough()
    {
        var observer = await StartOwnerAsync();
        var id = await SubmittedAsync();
        await PlantAsync(confirmed: true);
        await LookAsync(observer);

        observer.Clock.Advance(LicenceTerms.OutageMarkLifetime - Little);
        await LookAsync(observer);
        await IsLeftOutAsync(A, id, "the instance that set the mark may be alive");

        observer.Clock.Advance(2 * Little);
        await LookAsync(observer);
        Assert.That(await MarksAsync(), Is.Zero);
        await IsAHitAsync(A, id, "the mark is gone");
    }

    [TestCase("beat = beat + 1")]
    [TestCase("expires_at = expires_at + interval '2 seconds'", TestName =
        "One_that_is_renewed_is_never_removed(by an instance of a version that knows no beat)")]
    public async Task One_that_is_renewed_is_never_removed(string renewal)
    {
        var observer = await StartOwnerAsync();
        await PlantAsync(confirmed: true);
        for (var i = 0; i < 5; i++)
        {
            await LookAsync(observer);
            observer.Clock.Advance(LicenceTerms.OutageMarkLifetime - Little);
            await World.ExecuteAsync($"UPDATE outage_marks SET {renewal}");
        }

        await LookAsync(observer);
        Assert.That(await MarksAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task One_that_is_renewed_just_before_it_would_be_removed_stays()
    {
        var renewal = new BeforeRemoval(() => World.ExecuteAsync("UPDATE outage_marks SET beat = beat + 1"));
        var observer = await StartOwnerAsync(
            services => services.ConfigureDbContext<MesDbContext>(options => options.AddInterceptors(renewal)));
        await PlantAsync(confirmed: true);
        await LookAsync(observer);
        observer.Clock.Advance(LicenceTerms.OutageMarkLifetime + Little);

        await LookAsync(observer);

        Assert.That(renewal.Count, Is.EqualTo(1), "the observer was about to remove the mark");
        Assert.That(await MarksAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Where_it_was_removed_meanwhile_another_is_set_whose_age_starts_anew()
    {
        var owner = await StartOwnerAsync();
        await ConfirmedAsync(owner);
        var name = await World.ScalarAsync<string>("SELECT instance FROM outage_marks");

        await World.ExecuteAsync("DELETE FROM outage_marks");
        owner.Clock.Advance(LicenceTerms.OutageMarkLifetime);
        await owner.Marks.SetAsync(Cells.Common);

        Assert.That(await IsConfirmedAsync(owner.Instance), Is.False, "instances were given licences in between");
        Assert.That(await World.ScalarAsync<string>("SELECT instance FROM outage_marks"), Is.Not.EqualTo(name),
            "a late statement must not confirm the new mark");
        owner.Clock.Advance(LicenceTerms.AllExpired);
        await owner.Marks.SetAsync(Cells.Common);
        Assert.That(await IsConfirmedAsync(owner.Instance), Is.True);
    }

    [Test]
    public async Task Where_it_has_lapsed_for_instances_that_go_by_the_clock_another_is_set_too()
    {
        var owner = await StartOwnerAsync();
        await ConfirmedAsync(owner);

        await World.ExecuteAsync("UPDATE outage_marks SET expires_at = clock_timestamp() - interval '1 second'");
        Assert.That(await IsConfirmedAsync(owner.Instance), Is.False,
            "an instance that goes by the clock may hold a licence");
        owner.Clock.Advance(LicenceTerms.OutageMarkLifetime);
        await owner.Marks.SetAsync(Cells.Common);

        Assert.That(await MarksAsync(), Is.EqualTo(1));
        Assert.That(await IsConfirmedAsync(owner.Instance), Is.False);
    }

    [Test]
    public async Task Class_27_an_instance_that_was_stopped_while_its_mark_was_removed_acknowledges_nothing_on_it()
    {
        var looks = new OutboxLooks();
        var owner = await StartOwnerAsync(looks.AddTo);
        owner.Instance.Seams.Put = _ => Task.FromResult(PutResult.Failed);
        var writer = new Writer(owner.Instance, owner.Clock, looks);
        var observer = await StartOwnerAsync();
        var id = await SubmittedAsync();
        await ConfirmedAsync(owner);

        // The owner stands still. Another instance takes it for dead, and licences are given.
        await LookAsync(observer);
        observer.Clock.Advance(2 * LicenceTerms.OutageMarkLifetime);
        await LookAsync(observer);
        await IsAHitAsync(A, id, "the licence knows of no outage");

        owner.Clock.Advance(2 * LicenceTerms.OutageMarkLifetime);
        var changing = await writer.ChangeAsync(Commands.Price(id));

        Assert.That(changing.IsCompleted, Is.False,
            "an instance with an earlier licence may still tell the old status");
        await TakenByAsync(A, id);
        await changing;
        await EverybodySeesUnderNewLicencesAsync(id, 2);
    }

    [Test]
    public async Task It_is_removed_when_the_circuit_has_closed_and_not_before()
    {
        var wire = Keep(new RedisWire(World.RedisServer.Port));
        var clock = new SteppedClock();
        var instance = await StartAsync(new InstanceSettings { Clock = clock, Redis = wire.ConnectionString });
        var id = await SubmittedAsync();
        wire.Cut();
        var marks = instance.Host.Services.GetRequiredService<OutageMarks>();
        await Eventually.IsTrue(async () =>
            (await instance.Cache.GetAsync(id)).BypassReason == BypassReason.Unreachable, Limit, "the circuit opens");
        await marks.SetAsync(Cells.Common);

        for (var i = 0; i < 3; i++)
        {
            // A beat that rises shows that the mark was not removed in between.
            var beat = await World.ScalarAsync<long>("SELECT beat FROM outage_marks");
            clock.Advance(TimeSpan.FromSeconds(3));
            await Eventually.IsTrue(
                () => World.ScalarAsync<bool>($"SELECT beat > {beat} FROM outage_marks"), Limit, "the mark is renewed");
        }

        Assert.That(await IsConfirmedAsync(instance), Is.True);

        wire.Repair();

        await Eventually.IsTrue(async () => await MarksAsync() == 0, Limit, "the mark is removed");
        await IsAHitAsync(A, id, "as ever");
    }

    [TestCase("UPDATE cache_cells SET layout = layout + 1", "UPDATE cache_cells SET layout = layout - 1",
        TestName = "One_of_an_instance_of_another_layout_is_removed_when_peers_have_put_its_changes")]
    [TestCase(SecondCell, "DELETE FROM cache_cells WHERE cell = 1",
        TestName = "One_of_an_instance_with_other_cells_is_removed_when_peers_have_put_its_changes")]
    public async Task One_of_an_instance_that_may_not_use_the_cache_is_removed(string replace, string restore)
    {
        var owner = await StartOwnerAsync();
        var id = await SubmittedAsync();
        await MarkOverdueAsync(id);
        await World.ExecuteAsync("UPDATE outbox SET cell = 0, overdue_at = overdue_at - interval '1 minute'");
        try
        {
            await World.ExecuteAsync(replace);
            await owner.Instance.PollAsync();
            await owner.Marks.SetAsync(Cells.Common);
            await owner.Marks.MaintainAsync(CancellationToken.None);
            Assert.That(await MarksAsync(), Is.EqualTo(1), "no peer has put the change");

            await World.ExecuteAsync("DELETE FROM outbox");
            await owner.Marks.MaintainAsync(CancellationToken.None);

            Assert.That(await MarksAsync(), Is.Zero);
        }
        finally
        {
            await World.ExecuteAsync(restore);
        }
    }

    [Test]
    public async Task An_instance_that_lost_its_Redis_works_through_its_peers_without_one()
    {
        await using var peer = await World.StartInstanceAsync(new InstanceSettings { RelayHeld = false });
        var wire = Keep(new RedisWire(World.RedisServer.Port));
        var cutOff = await StartAsync(
            new InstanceSettings { Clock = new SteppedClock(), Redis = wire.ConnectionString });
        var (id, other) = (await SubmittedAsync(), await SubmittedAsync());
        wire.Cut();

        Assert.That((await cutOff.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2),
            "although no time passes by its clock");
        Assert.That((await cutOff.ChangeAsync(Commands.Approve(id))).Version, Is.EqualTo(3));

        Assert.That(await MarksAsync(), Is.Zero);
        await IsAHitAsync(A, id, "a peer has put it");
        await IsAHitAsync(A, other, "as ever");
        Assert.That(await A.VersionSeenAsync(id), Is.EqualTo(3));
        Assert.That(await cutOff.VersionSeenAsync(id), Is.EqualTo(3));
    }

    private Task<long> MarksAsync() => World.ScalarAsync<long>("SELECT count(*) FROM outage_marks");

    /// <summary>Inserts a mark of an instance that does not exist and so cannot renew it.</summary>
    private Task PlantAsync(bool confirmed, TimeSpan? age = null, TimeSpan? left = null) => World.ExecuteAsync($"""
        INSERT INTO outage_marks (instance, confirmed, set_at, expires_at)
        VALUES ('other', {confirmed}, clock_timestamp() - interval '{(age ?? TimeSpan.Zero).TotalMilliseconds:0} milliseconds',
                clock_timestamp() + interval '{(left ?? TimeSpan.FromHours(1)).TotalMilliseconds:0} milliseconds')
        """);

    /// <summary>Starts an instance that looks after marks only when the test says so.</summary>
    private async Task<Owner> StartOwnerAsync(Action<IServiceCollection>? services = null)
    {
        var clock = new SteppedClock();
        var instance = await StartAsync(new InstanceSettings
        {
            Clock = clock,
            Services = all =>
            {
                all.DoNotStart<OutageMarks>();
                services?.Invoke(all);
            },
        });
        return new Owner(instance, clock);
    }

    private static async Task LookAsync(Owner observer)
    {
        await observer.Instance.PollAsync();
        await observer.Marks.MaintainAsync(CancellationToken.None);
    }

    private static async Task ConfirmedAsync(Owner owner)
    {
        await owner.Marks.SetAsync(Cells.Common);
        owner.Clock.Advance(LicenceTerms.AllExpired);
        await owner.Marks.SetAsync(Cells.Common);
        Assert.That(await IsConfirmedAsync(owner.Instance), Is.True);
    }

    private static async Task<bool> IsConfirmedAsync(Instance instance)
    {
        await using var context =
            await instance.Host.Services.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();
        return await instance.Host.Services.GetRequiredService<OutageMarks>()
            .IsConfirmedAsync(context, Cells.Common, CancellationToken.None);
    }

    private sealed record Owner(Instance Instance, SteppedClock Clock)
    {
        public OutageMarks Marks => Instance.Host.Services.GetRequiredService<OutageMarks>();
    }

    /// <summary>Does something just before a mark is removed.</summary>
    private sealed class BeforeRemoval(Func<Task> action) : DbCommandInterceptor
    {
        public int Count { get; private set; }

        public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result,
                CancellationToken cancellationToken = default)
        {
            if (command.CommandText.StartsWith("DELETE FROM outage_marks", StringComparison.Ordinal))
            {
                Count++;
                await action();
            }

            return result;
        }
    }
}
