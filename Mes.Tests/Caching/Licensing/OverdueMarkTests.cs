using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>A change that could not be put is marked. While the mark stands, no licence covers its order.</summary>
internal sealed class OverdueMarkTests : LicenceTests
{
    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(10);

    [Test]
    public async Task An_order_is_left_out_at_every_instance_until_its_row_is_gone()
    {
        var id = await SubmittedAsync();
        await IsAHitAsync(A, id, "no mark stands against the order");

        await MarkOverdueAsync(id);
        await IsLeftOutAsync(A, id, "the licence names the order");
        await IsLeftOutAsync(B, id, "the licence names the order");

        await World.ExecuteAsync($"DELETE FROM outbox WHERE order_id = '{id:D}'");
        await IsAHitAsync(A, id, "the order's row is gone");
        await IsAHitAsync(B, id, "the order's row is gone");
    }

    [Test]
    public async Task A_change_that_could_not_be_put_is_acknowledged_when_its_row_is_gone()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();

        var acknowledged = await writer.ChangeAsync(Commands.Price(id));
        await writer.Looks.AgainAsync();
        Assert.That(acknowledged.IsCompleted, Is.False, "no time passes, and no relay takes the row");
        await TakenByAsync(A, id);

        await acknowledged;
        await IsAHitAsync(A, id, "a peer has put it");
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task A_change_that_no_relay_takes_is_acknowledged_when_every_licence_from_before_its_mark_has_run_out()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        var acknowledged = await writer.ChangeAsync(Commands.Price(id));

        await KeepOutageMarksYoungAsync();
        writer.Clock.Advance(LicenceTerms.AllExpired - Little);
        await writer.Looks.AgainAsync();
        Assert.That(acknowledged.IsCompleted, Is.False, "an instance may still hold a licence from before the mark");

        writer.Clock.Advance(2 * Little);
        await acknowledged;
        await IsLeftOutAsync(A, id, "the row is still there");
        await EverybodySeesUnderNewLicencesAsync(id, 2);
    }

    [Test]
    public async Task The_time_counts_from_the_mark_and_not_from_the_change()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        var put = writer.Instance.Seams.StopAt(Seam.BeforePut, id);
        var changing = writer.Instance.ChangeAsync(Commands.Price(id));
        await put.ReachedAsync();
        writer.Clock.Advance(LicenceTerms.AllExpired + Little);

        put.Release();
        await writer.Looks.AgainAsync();

        Assert.That(changing.IsCompleted, Is.False);
        await TakenByAsync(A, id);
        await changing;
    }

    [Test]
    public async Task A_repetition_that_cannot_be_put_has_a_row_of_its_own_to_wait_for()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await ApprovedAsync();
        await A.ChangeAsync(Commands.Claim(id));
        await IsSweptAsync(id);

        var acknowledged = await writer.ChangeAsync(Commands.Claim(id));

        await IsLeftOutAsync(A, id, "the licence names the order, although nothing was changed");
        await TakenByAsync(A, id);
        Assert.That((await acknowledged).Version, Is.EqualTo(4));
        Assert.That(await World.OutboxRowsAsync(id), Is.Zero);
    }

    [Test]
    public async Task A_later_change_by_an_instance_that_can_put_is_not_held_up_by_the_mark()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var id = await SubmittedAsync();
        _ = await writer.ChangeAsync(Commands.Price(id));
        await A.PollAsync();

        Assert.That((await A.ChangeAsync(Commands.Approve(id))).Version, Is.EqualTo(3));

        await EverybodySeesAsync(id, 3);
        await TakenByAsync(B, id);
        await IsAHitAsync(B, id, "the relay has found that the version is already there");
        await EverybodySeesAsync(id, 3);
    }

    [Test]
    public async Task A_put_without_a_live_licence_counts_as_failed_also_where_it_was_written()
    {
        var clock = new SteppedClock();
        var instance = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        await instance.PollAsync();
        var id = await SubmittedAsync();
        var order = (await instance.Cache.GetAsync(id)).Hit!;
        Assert.That(await instance.Cache.PutAsync(order with { Version = 2 }, null, []), Is.EqualTo(PutResult.Stored),
            "under a licence");

        clock.Advance(LicenceTerms.Term);

        Assert.That(await instance.Cache.PutAsync(order with { Version = 3 }, null, []), Is.EqualTo(PutResult.Failed));
        Assert.That((await B.Cache.GetAsync(id)).Hit?.Version, Is.EqualTo(3),
            "the version is written, but the instance could not know it");
        Assert.That(await instance.TaggedCache.RenewAsync(["orders"]), Is.False,
            "a renewal of stamps without a licence fails as well");
    }
}
