using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Licensing;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// An instance is stopped for seconds. Meanwhile a writer that cannot put its change changes an order. The change is
/// acknowledged when every earlier licence has run out. That includes the licence of the stopped instance, which has
/// not heard of anything.
/// </summary>
internal sealed class PauseTests : LicenceTests
{
    /// <summary>Longer than a licence lives.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    [TestCase(2, 2, TestName = "Class_27_pause_wakes_with_a_licence_that_should_have_lapsed")]
    [TestCase(0, 2, TestName = "Class_27_pause_wakes_from_the_machines_sleep_which_only_the_wall_clock_shows")]
    [TestCase(2, 0, TestName = "Class_27_pause_wakes_and_only_the_monotonic_clock_shows_it")]
    [TestCase(0, -2, TestName = "Class_27_pause_wakes_and_the_wall_clock_has_been_set_back")]
    public async Task Class_27_pause(int monotonic, int wall)
    {
        var (stopped, clock, id) = await StoppedWhileAnOrderIsChangedAsync();
        clock.AdvanceMonotonic(TimeSpan.FromSeconds(monotonic));
        clock.AdvanceWall(TimeSpan.FromSeconds(wall));

        var (order, report) = await stopped.ReadReportedAsync(id);

        Assert.That(order!.Version, Is.EqualTo(2));
        Assert.That(report.Detail, Is.EqualTo("no-licence"));
    }

    [Test]
    public async Task Class_27_where_no_clock_tells_of_the_pause_the_old_status_is_told()
    {
        var (stopped, _, id) = await StoppedWhileAnOrderIsChangedAsync();

        Assert.That(
            await stopped.VersionSeenAsync(id), Is.EqualTo(1),
            "only its licence keeps the instance from the old entry");
    }

    [Test]
    public async Task Class_27_pause_between_looking_at_the_licence_and_reading()
    {
        var clock = new SteppedClock();
        var stopped = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        await stopped.PollAsync();
        using var answered = new AnsweredStop(stopped, "get");

        var version = await ReadAcrossAPauseAsync(stopped, answered.Next, () => clock.Advance(Pause));

        Assert.That(version, Is.EqualTo(2), "the instance checks its licence when the reply has arrived");
    }

    [Test]
    public async Task Class_27_where_the_licence_is_looked_at_before_the_read_only_the_old_status_is_told()
    {
        var wire = Keep(new RedisWire(World.RedisServer.Port));
        var connection = Keep(await ConnectionMultiplexer.ConnectAsync($"{wire.ConnectionString},asyncTimeout=15000"));
        var clock = new SteppedClock();
        var stopped = await StartAsync(new InstanceSettings
        {
            Clock = clock,
            PollHeld = true,
            Plant = provider => new LooksAtItsLicenceFirst(provider, connection),
        });
        await stopped.PollAsync();

        var version = await ReadAcrossAPauseAsync(
            stopped, () => wire.HoldAnswer("SUBMITTED"), () => clock.Advance(Pause));

        Assert.That(version, Is.EqualTo(1));
    }

    [Test]
    public async Task Class_27_a_put_across_a_pause_does_not_count()
    {
        var clock = new SteppedClock();
        var stopped = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        await stopped.PollAsync();
        var id = await SubmittedAsync();
        List<PutResult> puts = [];
        stopped.Seams.Put = async call =>
        {
            clock.Advance(Pause);
            puts.Add(await call.Proceed());
            return puts[^1];
        };

        var changing = stopped.ChangeAsync(Commands.Price(id));
        await Mes.Tests.Support.Eventually.IsTrue(
            () => World.ScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM outbox WHERE order_id = '{id:D}' AND overdue_at IS NOT NULL)"),
            Limit,
            "the writer hands the change over to the relays");
        await TakenByAsync(B, id);
        await changing;

        Assert.That(puts, Is.Not.Empty.And.All.EqualTo(PutResult.Failed),
            "after the pause the instance cannot know whether it wrote to the current data set");
        await EverybodySeesAsync(id, 2);
    }

    /// <summary>
    /// An instance gets a licence and stops · the order is changed elsewhere, is not put, and is acknowledged.
    /// </summary>
    private async Task<(Instance Stopped, SteppedClock Clock, Guid Id)> StoppedWhileAnOrderIsChangedAsync()
    {
        var clock = new SteppedClock();
        var stopped = await StartAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        var id = await SubmittedAsync();
        await IsAHitAsync(stopped, id, "the instance has a licence");
        await ChangeUnnoticedAsync(id);
        return (stopped, clock, id);
    }

    /// <summary>
    /// The instance asks Redis, which answers · the instance stops · the order is changed and acknowledged · the
    /// instance continues with the answer.
    /// </summary>
    private async Task<int?> ReadAcrossAPauseAsync(Instance stopped, Func<Stop> hold, Action pause)
    {
        var id = await SubmittedAsync();
        var answer = hold();
        var reading = Task.Run(() =>
            stopped.VersionSeenAsync(id)); // The stop blocks a thread, which must not be this one.
        await answer.ReachedAsync();

        await ChangeUnnoticedAsync(id);
        pause();

        answer.Release();
        return await reading;
    }

    private async Task ChangeUnnoticedAsync(Guid id)
    {
        var writer = await StartWriterWithoutPutsAsync();
        var acknowledged = await writer.ChangeAsync(Commands.Price(id));
        writer.Clock.Advance(Pause);
        Assert.That((await acknowledged).Version, Is.EqualTo(2));
    }

    /// <summary>A cache that checks the licence before it asks Redis, and not when the reply arrives.</summary>
    private sealed class LooksAtItsLicenceFirst(IServiceProvider services, IConnectionMultiplexer connection)
        : IOrderCache
    {
        private readonly KeySpace _keys = services.GetRequiredService<KeySpace>();
        private readonly PlantedOrderCache _cache = new(connection, services.GetRequiredService<KeySpace>());

        public async ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId)
        {
            var licences = services.GetRequiredService<Infrastructure.Coordination.Licences>();
            var connected = services.GetRequiredService<ICacheHealth>().Connected(Cells.Common);
            var validity = licences.Validate(orderId, _keys.Require(), connected);
            var read = await _cache.GetAsync(orderId);
            return validity == Infrastructure.Coordination.HitValidity.Valid
                ? read
                : CacheRead<OrderSnapshot>.Bypass(BypassReason.NoLicence);
        }

        public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) =>
            _cache.BeginAsync(orderId, holder);

        public ValueTask<PutResult> PutAsync(
            OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
            _cache.PutAsync(order, token, tags);

        public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) =>
            _cache.DropAsync(orderId, tags);
    }
}
