using Mes.Application.Persistence;
using Mes.Tests.Caching.Licensing;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// One put exceeds its timeout: the licences leave this one order out until a relay has put it, and no other order.
/// </summary>
internal sealed class SlowPutTests : LicenceTests
{
    [Test]
    public async Task Class_25_one_slow_put()
    {
        var writer = await StartWriterWithoutPutsAsync();
        var (slow, other) = (await SubmittedAsync(), await SubmittedAsync());

        var acknowledged = await writer.ChangeAsync(Commands.Price(slow));

        foreach (var instance in new[] { A, B, writer.Instance })
        {
            await IsLeftOutAsync(instance, slow, "its entry may be old");
            await IsAHitAsync(instance, other, "the put of this order was not slow");
        }

        await EverybodySeesAsync(slow, 2);
        await TakenByAsync(B, slow);
        Assert.That(
            (await acknowledged).Version, Is.EqualTo(2),
            "the change is acknowledged as soon as a peer has put it, although no time passed");
        await IsAHitAsync(A, slow, "the order is in the cache now");
        await EverybodySeesAsync(slow, 2);
    }

    [Test]
    public async Task Class_25_where_one_slow_put_counts_as_an_outage_everybodys_orders_leave_the_cache()
    {
        var other = await SubmittedAsync();

        await World.ExecuteAsync(
            "INSERT INTO outage_marks (instance, set_at, expires_at) VALUES ('other', clock_timestamp(), "
                + "clock_timestamp() + interval '10 seconds')");

        await IsLeftOutAsync(B, other, "an outage mark leaves every order out");
    }

    [Test]
    public async Task Class_25_without_the_overdue_mark_the_old_status_is_told()
    {
        var writer = await StartAsync(new InstanceSettings
        {
            Services = services => services.Decorate<IOutbox>((inner, _) => new ForgetfulOutbox(inner)),
        });
        writer.Seams.Put = _ => Task.FromResult(Application.Caching.PutResult.Failed);
        var id = await SubmittedAsync();

        Assert.That((await writer.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2));

        await EverybodySeesAsync(id, 1);
    }

    /// <summary>An outbox that leaves failed puts to the relay without marking them overdue.</summary>
    private sealed class ForgetfulOutbox(IOutbox inner) : IOutbox
    {
        public void PutConfirmed(Guid orderId, int version) => inner.PutConfirmed(orderId, version);

        public Task HandOverAsync(Guid orderId, int version, IReadOnlyCollection<string> tags, bool hasRow) =>
            Task.CompletedTask;

        public void TagsConfirmed() => inner.TagsConfirmed();

        public Task HandOverTagsAsync(IReadOnlyCollection<string> tags) => Task.CompletedTask;
    }
}
