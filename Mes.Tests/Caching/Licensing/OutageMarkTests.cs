using Mes.Application.Caching;
using Mes.Infrastructure.Licensing;
using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>Where nobody takes the changes that could not be put, the cache leaves everybody's licences, and nobody waits any more.</summary>
internal sealed class OutageMarkTests : LicenceTests
{
    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(10);

    [Test]
    public async Task It_is_set_only_when_nobody_has_taken_a_change_for_as_long_as_a_licence_lives()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var (id, other) = (await SubmittedAsync(), await SubmittedAsync());
        _ = await writer.ChangeAsync(Commands.Price(id));

        writer.Clock.Advance(LicenceTerms.Term - Little);
        await writer.Looks.AgainAsync();
        Assert.That(await MarksAsync(), Is.Zero, "it may be one slow put");

        writer.Clock.Advance(2 * Little);
        await Eventually.IsTrue(async () => await MarksAsync() == 1, Limit, "it is an outage");
        await IsLeftOutAsync(A, other, "nobody answers from the cache while it stands");
        await IsLeftOutAsync(B, other, "nobody answers from the cache while it stands");
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
    public async Task Once_it_is_old_enough_a_change_does_not_wait_and_is_born_overdue()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        await SetAsync(age: LicenceTerms.AllOver + TimeSpan.FromSeconds(1), left: TimeSpan.FromMinutes(1));

        Assert.That((await writer.Instance.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2), "although no time passes");

        Assert.That(
            await World.ScalarAsync<bool>($"SELECT overdue_at IS NOT NULL FROM outbox WHERE order_id = '{id:D}' AND version = 2"),
            Is.True,
            "so it stays out of the licences that are given when the outage mark is gone");
        await World.ExecuteAsync("DELETE FROM outage_marks");
        await IsLeftOutAsync(A, id, "it is named");
        await EverybodySeesUnderNewLicencesAsync(id, 2);
    }

    [Test]
    public async Task While_it_is_young_a_change_waits_for_the_licences_from_before_it()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();

        // Its age is the database's to tell, whose clock goes on also while this process stands still.
        await SetAsync(age: -TimeSpan.FromMinutes(1), left: TimeSpan.FromMinutes(2));

        var changing = await writer.ChangeAsync(Commands.Price(id));

        await TakenByAsync(A, id);
        await changing;
    }

    [Test]
    public async Task It_lapses_by_the_databases_clock_if_its_instance_dies()
    {
        var id = await SubmittedAsync();
        await SetAsync(age: TimeSpan.FromMinutes(1), left: TimeSpan.FromMinutes(1));
        await IsLeftOutAsync(A, id, "it stands");

        await World.ExecuteAsync("UPDATE outage_marks SET expires_at = clock_timestamp() - interval '1 second'");

        await IsAHitAsync(A, id, "it has lapsed, though the row is still there");
    }

    [Test]
    public async Task A_lapsed_one_lets_nobody_off_waiting()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        await SetAsync(age: TimeSpan.FromMinutes(1), left: -TimeSpan.FromSeconds(1));

        var changing = await writer.ChangeAsync(Commands.Price(id));

        await TakenByAsync(A, id);
        await changing;
    }

    [Test]
    public async Task Set_anew_after_a_lapse_its_age_starts_anew_and_renewed_in_time_it_does_not()
    {
        var clock = new SteppedClock();
        var instance = await StartAsync(new InstanceSettings { Clock = clock, Services = services => services.DoNotStart<OutageMarks>() });
        var marks = instance.Host.Services.GetRequiredService<OutageMarks>();
        await marks.SetAsync(Cells.Common);
        await IsYoungAsync("licences from before it may be alive");

        await World.ExecuteAsync("UPDATE outage_marks SET set_at = set_at - interval '1 minute'");
        await RenewAsync();
        Assert.That(await IsOldEnoughAsync(instance), Is.True, "it has stood for a minute");

        await World.ExecuteAsync("UPDATE outage_marks SET expires_at = clock_timestamp() - interval '1 second'");
        Assert.That(await IsOldEnoughAsync(instance), Is.False);
        await RenewAsync();
        await IsYoungAsync("in between it had lapsed, and licences were given");

        async Task IsYoungAsync(string because)
        {
            var isOldEnough = await IsOldEnoughAsync(instance);

            // On a machine that stood still in between it has come of age.
            var age = TimeSpan.FromMilliseconds(await World.ScalarAsync<double>("SELECT extract(epoch FROM clock_timestamp() - set_at)::float8 * 1000 FROM outage_marks"));
            Assert.That(isOldEnough, Is.False.Or.EqualTo(age > LicenceTerms.AllOver), because);
        }

        async Task RenewAsync()
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await marks.SetAsync(Cells.Common);
            Assert.That(await World.ScalarAsync<bool>("SELECT expires_at > clock_timestamp() FROM outage_marks"), Is.True);
        }
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
        await Eventually.IsTrue(async () => (await instance.Cache.GetAsync(id)).BypassReason == "unreachable", Limit, "the circuit opens");
        await marks.SetAsync(Cells.Common);

        // Renewed, which it would not be if it had been removed in between.
        await World.ExecuteAsync("UPDATE outage_marks SET set_at = set_at - interval '1 minute', expires_at = clock_timestamp() + interval '1 minute'");
        clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.IsTrue(
            () => World.ScalarAsync<bool>("SELECT count(*) = 1 AND min(expires_at) < clock_timestamp() + interval '30 seconds' FROM outage_marks"), Limit, "it is renewed");
        Assert.That(await IsOldEnoughAsync(instance), Is.True);

        wire.Mend();

        await Eventually.IsTrue(async () => await MarksAsync() == 0, Limit, "it is removed");
        await IsAHitAsync(A, id, "as ever");
    }

    [Test]
    public async Task An_instance_that_lost_its_Redis_works_through_its_peers_without_one()
    {
        await using var peer = await World.StartInstanceAsync(new InstanceSettings { RelayHeld = false });
        var wire = Keep(new RedisWire(World.RedisServer.Port));
        var cutOff = await StartAsync(new InstanceSettings { Clock = new SteppedClock(), Redis = wire.ConnectionString });
        var (id, other) = (await SubmittedAsync(), await SubmittedAsync());
        wire.Cut();

        Assert.That((await cutOff.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2), "although no time passes by its clock");
        Assert.That((await cutOff.ChangeAsync(Commands.Approve(id))).Version, Is.EqualTo(3));

        Assert.That(await MarksAsync(), Is.Zero);
        await IsAHitAsync(A, id, "a peer has put it");
        await IsAHitAsync(A, other, "as ever");
        Assert.That(await A.VersionSeenAsync(id), Is.EqualTo(3));
        Assert.That(await cutOff.VersionSeenAsync(id), Is.EqualTo(3));
    }

    private Task<long> MarksAsync() => World.ScalarAsync<long>("SELECT count(*) FROM outage_marks");

    private Task SetAsync(TimeSpan age, TimeSpan left) => World.ExecuteAsync($"""
        INSERT INTO outage_marks (instance, set_at, expires_at)
        VALUES ('other', clock_timestamp() - interval '{age.TotalMilliseconds:0} milliseconds', clock_timestamp() + interval '{left.TotalMilliseconds:0} milliseconds')
        """);

    private static async Task<bool> IsOldEnoughAsync(Instance instance)
    {
        await using var context = await instance.Host.Services.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();
        return await instance.Host.Services.GetRequiredService<OutageMarks>().IsOldEnoughAsync(context, Cells.Common, CancellationToken.None);
    }
}
