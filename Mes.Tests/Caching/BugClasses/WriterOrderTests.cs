using Mes.Application.Caching;
using Mes.Domain.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>The puts of writers arrive in another order than their commits, or long after them.</summary>
internal sealed class WriterOrderTests : BugClassTests
{
    private static readonly TimeSpan Hours = TimeSpan.FromHours(5);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Class_03_writers_reordered(bool cached)
    {
        var id = await SecondWriterOvertakesAsync(A, B, cached);

        await EverybodySeesAsync(id, 3);
    }

    [Test]
    public async Task Class_03_without_the_version_check_the_old_status_is_told()
    {
        await using var first = await StartPlantedAsync(PlantedOrderCache.WithoutVersionCheck);

        var id = await SecondWriterOvertakesAsync(first, B);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_05_zombie()
    {
        var id = await PutLandsLateAsync(A);

        await EverybodySeesAsync(id, 3);
    }

    [Test]
    public async Task Class_05_zombie_while_a_reader_holds_the_lease()
    {
        var id = await SubmittedAsync(cached: false);
        var land = await PutOnTheWayAsync(A, id);
        await B.ChangeAsync(Commands.Approve(id));
        await World.EvictAsync(id);
        var stop = B.Seams.StopAt(Seam.AfterFind, id);
        var reading = B.VersionSeenAsync(id);
        await stop.ReachedAsync();

        await land();
        Assert.That(await A.VersionSeenAsync(id), Is.EqualTo(3), "before the reader has filled it in");
        stop.Release();

        Assert.That(await reading, Is.EqualTo(3));
        await EverybodySeesAsync(id, 3);
    }

    [Test]
    public async Task Class_05_without_the_lease_the_old_status_is_told()
    {
        await using var writer = await StartPlantedAsync(PlantedOrderCache.WithoutLease);

        var id = await PutLandsLateAsync(writer);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_14_clock_order()
    {
        await using var ahead =
            await World.StartInstanceAsync(new InstanceSettings { Clock = new ShiftedClock(Hours) });
        await using var behind =
            await World.StartInstanceAsync(new InstanceSettings { Clock = new ShiftedClock(-Hours) });

        var overtaken = await SecondWriterOvertakesAsync(first: ahead, second: behind);
        var inOrder = await SubmittedAsync();
        await ahead.ChangeAsync(Commands.Price(inOrder));
        await behind.ChangeAsync(Commands.Approve(inOrder));

        await EverybodySeesAsync(overtaken, 3);
        await EverybodySeesAsync(inOrder, 3);
        Assert.That(
            (await B.ReadAsync(inOrder))!.UpdatedAt,
            Is.GreaterThan(TimeProvider.System.GetUtcNow() + Hours / 2),
            "the time of the last change does not go back when a clock does");
    }

    [Test]
    public async Task Class_14_where_clocks_decide_the_old_status_is_told()
    {
        await using var ahead = await StartByTheClockAsync(Hours);
        await using var behind = await StartByTheClockAsync(-Hours);

        var id = await SecondWriterOvertakesAsync(first: ahead, second: behind);

        Assert.That((await A.ReadAsync(id))!.Status, Is.EqualTo(OrderStatus.PriceCalculated),
            "the change of the fast clock wins over the later one");
    }

    [Test]
    public async Task Class_28_late_begin()
    {
        var id = Commands.NewOrderId();
        var begin = A.Seams.StopAt(Seam.BeforeBegin, id);
        var committedTooEarly = false;
        A.Seams.Commit = commit =>
        {
            committedTooEarly |= !begin.IsReleased;
            return commit();
        };
        var decided = new Stop();
        decided.Release();
        A.Seams.Decided = () => _ = decided.ArriveAsync();

        var submitting = A.ChangeAsync(Commands.Submit(id));
        await decided.ReachedAsync();
        Assert.That(await B.ReadAsync(id), Is.Null, "the change is decided, but not committed");
        begin.Release();
        await submitting;

        Assert.That(committedTooEarly, Is.False, "no commit happens before begin is answered");
        await EverybodySeesAsync(id, 1);
    }

    [Test]
    public async Task Class_28_an_unanswered_begin_lands_late_and_arms_nothing()
    {
        var id = Commands.NewOrderId();
        Func<Task<LeaseToken?>>? land = null;
        A.Seams.Begin = (_, proceed) =>
        {
            land ??= proceed;
            return Task.FromResult<LeaseToken?>(null);
        };
        var put = A.Seams.StopAt(Seam.BeforePut, id);

        var first = A.SendAsync(Commands.Submit(id));
        await put.ReachedAsync();
        A.Seams.Begin = null;
        await B.ChangeAsync(Commands.Price(id));
        await World.EvictAsync(id);
        await land!();
        put.Release();
        await first;

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_28_with_a_token_that_was_not_answered_the_old_status_is_told()
    {
        var id = Commands.NewOrderId();
        var planted = new PlantedOrderCache(World.Connection, A.Host.Services.GetRequiredService<KeySpace>());
        var token = new LeaseToken(new string('a', 32));
        A.Seams.Begin = (_, _) => Task.FromResult<LeaseToken?>(token);
        var put = A.Seams.StopAt(Seam.BeforePut, id);

        var first = A.SendAsync(Commands.Submit(id));
        await put.ReachedAsync();
        await B.ChangeAsync(Commands.Price(id));
        await World.EvictAsync(id);
        await planted.BeginAsync(id, LeaseHolder.Writer, token);
        put.Release();
        await first;

        await EverybodySeesAsync(id, 1);
    }

    [Test]
    public async Task A_change_of_an_order_that_is_not_cached_takes_the_lease_behind_its_commit()
    {
        var id = await SubmittedAsync(cached: false);
        List<string> steps = [];
        A.Seams.Commit = commit => Step("commit", commit);
        A.Seams.Put = call => Step($"put {(call.Token is null ? "without" : "with")} a token", call.Proceed);
        A.Seams.Begin = (_, begin) => Step("begin", begin);

        await A.ChangeAsync(Commands.Price(id));

        Assert.That(steps, Is.EqualTo(new[] { "commit", "put without a token", "begin", "put with a token" }),
            "docs/decisions/0017");
        await B.HitAsync(id);
        await EverybodySeesAsync(id, 2);

        Task<T> Step<T>(string step, Func<Task<T>> go)
        {
            steps.Add(step);
            return go();
        }
    }

    /// <summary>
    /// The first writer commits version 2 and stalls · the second commits and puts version 3 · the first puts version
    /// 2.
    /// </summary>
    private async Task<Guid> SecondWriterOvertakesAsync(Instance first, Instance second, bool cached = true)
    {
        var id = await SubmittedAsync(cached);
        var stop = first.Seams.StopAt(Seam.BeforePut, id);
        var pricing = first.ChangeAsync(Commands.Price(id));
        await stop.ReachedAsync();

        Assert.That((await second.ChangeAsync(Commands.Approve(id))).Version, Is.EqualTo(3));

        stop.Release();
        Assert.That((await pricing).Version, Is.EqualTo(2));
        return id;
    }

    /// <summary>
    /// A put of version 2 times out at the client · version 3 is put, and evicted · version 2 arrives.
    /// </summary>
    private async Task<Guid> PutLandsLateAsync(Instance writer)
    {
        var id = await SubmittedAsync(cached: false);
        var land = await PutOnTheWayAsync(writer, id);
        await B.ChangeAsync(Commands.Approve(id));
        await World.EvictAsync(id);
        await land();
        return id;
    }

    /// <summary>Changes the order by a put that times out at the client and is still under way.</summary>
    /// <returns>Lets the put arrive.</returns>
    private static async Task<Func<Task>> PutOnTheWayAsync(Instance writer, Guid id)
    {
        Func<Task<PutResult>>? land = null;
        writer.Seams.Put = call =>
        {
            if (call.Order.Id != id || land is not null)
            {
                return call.Proceed();
            }

            land = call.Proceed;
            return Task.FromResult(PutResult.Failed);
        };
        await writer.ChangeAsync(Commands.Price(id));
        return land!;
    }

    private Task<Instance> StartByTheClockAsync(TimeSpan shift)
    {
        var clock = new ShiftedClock(shift);
        return World.StartInstanceAsync(new InstanceSettings
        {
            Clock = clock,
            Plant = provider => new PlantedOrderCache(World.Connection, provider.GetRequiredService<KeySpace>())
            {
                NewerBy = _ => (int)clock.GetUtcNow().ToUnixTimeSeconds(),
            },
        });
    }
}
