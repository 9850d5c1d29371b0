using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Events;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>
/// An event is told only when no reader can get an older version of its order. The instance under test has a clock that
/// stands still, and its sequencer works when the test says so.
/// </summary>
internal sealed class EventGateTests : LicenceTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    private readonly SteppedClock _clock = new();
    private Instance _instance = null!;

    /// <summary>A world of its own, because its instances must not number events.</summary>
    protected override Task<CacheWorld> WorldAsync() => CacheWorld.StartAsync();

    [OneTimeTearDown]
    public async Task EndWorldAsync()
    {
        if (World is not null)
        {
            await World.DisposeAsync();
        }
    }

    [SetUp]
    public async Task StartInstanceAsync()
    {
        foreach (var other in new[] { A, B })
        {
            await other.Host.Services.GetRequiredService<EventSequencer>().StopAsync(CancellationToken.None);
        }

        _instance = await StartAsync(new InstanceSettings
        {
            Clock = _clock,
            Services = services => services.DoNotStart<EventSequencer>().DoNotStart<OutageMarks>(),
        });
    }

    [Test]
    public async Task A_change_that_was_put_is_told_once_its_row_is_gone()
    {
        var id = await SubmittedAsync();
        await IsSweptAsync(id);

        await StepAsync();

        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_change_that_was_not_put_is_not_told_and_others_are()
    {
        var (id, other) = (await SweptAsync(), await SweptAsync());
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");
        await A.ChangeAsync(Commands.Price(other));
        await IsSweptAsync(other);
        _clock.Advance(TimeSpan.FromHours(1));

        await StepAsync();

        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1"), "readers are still told version 1");
        Assert.That((await A.HitAsync(id)).Version, Is.EqualTo(1));
        Assert.That(await World.ToldVersionsAsync(other), Is.EqualTo("1,2"));

        await World.MakeDueAsync(id);
        await A.RelayAsync();
        await StepAsync();

        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1,2"));
        Assert.That(await A.VersionSeenAsync(id), Is.EqualTo(2));
    }

    [Test]
    public async Task What_holds_a_version_back_holds_the_later_ones_back()
    {
        var id = await SweptAsync();
        await World.ExecuteAsync($"UPDATE orders SET material = 'x' WHERE id = '{id:D}'");
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");
        await World.ExecuteAsync($"DELETE FROM outbox WHERE order_id = '{id:D}' AND version = 3");

        await StepAsync();
        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1"));

        await World.ExecuteAsync($"DELETE FROM outbox WHERE order_id = '{id:D}'");
        await StepAsync();
        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1,2,3"));
    }

    [Test]
    public async Task An_overdue_change_is_told_when_every_licence_from_before_its_mark_has_expired()
    {
        var id = await SweptAsync();
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");
        await World.ExecuteAsync($"UPDATE outbox SET overdue_at = clock_timestamp() WHERE order_id = '{id:D}'");
        await StepAsync();
        _clock.Advance(Moment);
        await StepAsync(); // It sees the row overdue.

        _clock.Advance(LicenceTerms.AllExpired - TimeSpan.FromMilliseconds(10));
        await StepAsync();
        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1"), "an older licence may live");

        _clock.Advance(TimeSpan.FromMilliseconds(10));
        await StepAsync();
        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1,2"));
    }

    [Test]
    public async Task A_step_of_the_databases_clock_opens_nothing()
    {
        var id = await SweptAsync();
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");
        await World.ExecuteAsync(
            $"UPDATE outbox SET overdue_at = clock_timestamp() - interval '1 day' WHERE order_id = '{id:D}'");

        await StepAsync();
        _clock.Advance(Moment);
        await StepAsync();

        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1"));
    }

    [Test]
    public async Task Under_a_confirmed_outage_mark_an_overdue_change_is_told_at_once_and_no_other()
    {
        var (overdue, other) = (await SweptAsync(), await SweptAsync());
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id IN ('{overdue:D}', '{other:D}')");
        await World.ExecuteAsync($"UPDATE outbox SET overdue_at = clock_timestamp() WHERE order_id = '{overdue:D}'");
        await PlantMarkAsync(confirmed: false);
        await StepAsync();
        Assert.That(await World.ToldVersionsAsync(overdue), Is.EqualTo("1"), "a licence from before the mark may live");

        await World.ExecuteAsync("UPDATE outage_marks SET confirmed = true");
        await StepAsync();

        Assert.That(await World.ToldVersionsAsync(overdue), Is.EqualTo("1,2"));
        Assert.That(
            await World.ToldVersionsAsync(other), Is.EqualTo("1"), "licences after the outage would not exclude it");
    }

    [Test]
    public async Task Under_a_confirmed_outage_mark_what_has_no_writer_is_marked_and_then_told()
    {
        var id = await SweptAsync();
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");
        await PlantMarkAsync(confirmed: true);
        await StepAsync();
        _clock.Advance(Moment);
        await StepAsync();

        _clock.Advance(GateWatch.Abandoned);
        await StepAsync(); // Marks it.
        await StepAsync();

        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1,2"));
        Assert.That(
            await World.ScalarAsync<bool>($"SELECT overdue_at IS NOT NULL FROM outbox WHERE order_id = '{id:D}'"),
            Is.True, "licences after the outage exclude it");
    }

    [Test]
    public async Task While_relays_work_a_change_without_a_writer_is_left_to_them()
    {
        var id = await SweptAsync();
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");
        for (var i = 0; i < 5; i++)
        {
            _clock.Advance(GateWatch.Abandoned);
            await _instance.PollAsync();
            await _instance.UntilRedisIsKnownAsync();
            await StepAsync();
        }

        Assert.That(
            await World.ScalarAsync<bool>($"SELECT overdue_at IS NULL FROM outbox WHERE order_id = '{id:D}'"),
            Is.True, "a large change by hand would take too many orders out of the licences");
    }

    [Test]
    public async Task Behind_more_than_one_look_holds_others_are_told_and_versions_stay_in_order()
    {
        var (held, id) = (await SweptAsync(), await SweptAsync());
        await StepAsync();

        // More events than one look covers, all held back, and a later one of an order that has one among them.
        await World.ExecuteAsync($"""
            INSERT INTO event_queue (event_id, order_id, version, seller_id, external_id, to_status, at)
            SELECT gen_random_uuid(), '{held:D}', v, 'alpha', 'x', 'SUBMITTED', now()
            FROM generate_series(2, {EventNumbering.Window}) AS v;
            INSERT INTO outbox (order_id, version, tags, attempts) VALUES ('{held:D}', 2, '', 0);
            """);
        await World.ExecuteAsync($"UPDATE orders SET material = 'x' WHERE id = '{id:D}'");
        await World.ExecuteAsync($"""
            INSERT INTO event_queue (event_id, order_id, version, seller_id, external_id, to_status, at)
            VALUES (gen_random_uuid(), '{held:D}', {EventNumbering.Window + 1}, 'alpha', 'x', 'SUBMITTED', now())
            """);
        var other = await SubmittedAsync();
        await World.ExecuteAsync($"UPDATE orders SET material = 'y' WHERE id = '{id:D}'");
        await World.ExecuteAsync($"DELETE FROM outbox WHERE order_id IN ('{id:D}', '{other:D}')");

        await StepAsync();

        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1,2,3"));
        Assert.That(await World.ToldVersionsAsync(other), Is.EqualTo("1"));
        Assert.That(await World.ToldVersionsAsync(held), Is.EqualTo("1"));

        await World.ExecuteAsync("DELETE FROM outbox");
        await StepAsync();
        Assert.That(await World.ToldVersionsAsync(held), Is.EqualTo(VersionsUpTo(EventNumbering.Window + 1)));
    }

    [Test]
    public async Task A_later_look_does_not_overtake_an_event_that_an_earlier_one_has_held_back()
    {
        var held = await SweptAsync();
        await StepAsync();
        await World.ExecuteAsync($"""
            INSERT INTO event_queue (event_id, order_id, version, seller_id, external_id, to_status, at)
            SELECT gen_random_uuid(), '{held:D}', v, 'alpha', 'x', 'SUBMITTED', now()
            FROM generate_series(2, {EventNumbering.Window + 10}) AS v;
            INSERT INTO outbox (order_id, version, tags, attempts) VALUES ('{held:D}', 2, '', 0);
            """);
        var numbering = _instance.Host.Services.GetRequiredService<EventNumbering>();
        var first = await numbering.RunAsync(CancellationToken.None);
        Assert.That((first.Count, first.IsMore), Is.EqualTo((0, true)));

        // The row goes between two looks: the second one finds nothing that would hold its events back.
        await World.ExecuteAsync("DELETE FROM outbox");
        await numbering.RunAsync(CancellationToken.None);
        Assert.That(await World.ToldVersionsAsync(held), Is.EqualTo("1"));

        await StepAsync();
        Assert.That(await World.ToldVersionsAsync(held), Is.EqualTo(VersionsUpTo(EventNumbering.Window + 10)));
    }

    [Test]
    public async Task A_put_that_is_still_under_way_keeps_its_event_back()
    {
        var id = await SweptAsync();
        var put = new TaskCompletionSource();
        A.Seams.Put = async _ =>
        {
            await put.Task;
            return PutResult.Failed;
        };
        var change = A.ChangeAsync(Commands.Price(id));
        await Eventually.IsTrue(
            async () => await World.OutboxRowsAsync(id) == 1, Limit, "the change is committed");
        await StepAsync();

        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1"));
        Assert.That((await B.HitAsync(id)).Version, Is.EqualTo(1));

        A.Seams.Reset();
        put.SetResult();
        await change;
        await IsSweptAsync(id);
        await StepAsync();
        Assert.That(await World.ToldVersionsAsync(id), Is.EqualTo("1,2"));
    }

    private static string VersionsUpTo(int last) => string.Join(',', Enumerable.Range(1, last));

    private async Task<Guid> SweptAsync()
    {
        var id = await SubmittedAsync();
        await IsSweptAsync(id);
        await StepAsync();
        return id;
    }

    private Task StepAsync() =>
        _instance.Host.Services.GetRequiredService<EventSequencer>().StepAsync(CancellationToken.None);

    private Task PlantMarkAsync(bool confirmed) => World.ExecuteAsync($"""
        INSERT INTO outage_marks (instance, confirmed, set_at, expires_at)
        VALUES ('other', {confirmed}, clock_timestamp(), clock_timestamp() + interval '1 hour')
        """);
}
