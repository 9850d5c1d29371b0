using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Indexes;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// An instance shows an answer from its own memory (<see cref="LocalIndexCopies"/>) only if Redis says, for this very
/// request, that the index has not changed since.
/// </summary>
internal sealed class LocalCopyTests : IndexBugClassTests
{
    private const string Renewal = "'XX', 'INCR', '-1', 'whole'";

    /// <summary>The query that <see cref="IndexBugClassTests.Board"/> sends.</summary>
    private static readonly IndexQuery Query = new(
        IndexGroup.Board, IndexKind.Board, false, 0,
            [.. OrderStatuses.Active.Select(status => IndexRange.Whole(IndexScore.Base(status), Board().Limit))]);

    [SetUp]
    public Task FlushAsync() => World.FlushAsync();

    [Test]
    public async Task Class_09_a_local_copy_that_comes_back_is_not_shown()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();
        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
        var copies = B.Host.Services.GetRequiredService<LocalIndexCopies>();
        var old = copies.Find(Query)!;

        await A.ChangeAsync(Commands.Price(id));
        await EverybodyFindsAsync(id, OrderStatus.PriceCalculated, 2);
        copies.Keep(Query, old);

        await EverybodyFindsAsync(id, OrderStatus.PriceCalculated, 2);
    }

    [Test]
    public async Task A_copy_of_another_epoch_is_not_shown_even_if_it_has_the_same_stamp()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();
        var copies = B.Host.Services.GetRequiredService<LocalIndexCopies>();
        await B.HitAsync(Board());
        var old = copies.Find(Query)!;
        await A.ChangeAsync(Commands.Price(id));
        await B.HitAsync(Board());
        var stamp = copies.Find(Query)!.Parts[0].Stamp;

        var epoch = KeysOf(B) with { Number = KeysOf(B).Number - 1 };
        copies.Keep(Query, old with { Parts = [old.Parts[0] with { Epoch = epoch, Stamp = stamp }] });

        await EverybodyFindsAsync(id, OrderStatus.PriceCalculated, 2);
    }

    [Test]
    public async Task Class_10_an_instance_that_hears_of_nothing_shows_nothing_old()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();
        foreach (var (command, status) in new[]
        {
            (Commands.Price(id), OrderStatus.PriceCalculated),
            (Commands.Approve(id), OrderStatus.ManufacturingApproved),
            (Commands.Claim(id), OrderStatus.ManufacturingStarted),
        })
        {
            // Both instances have copies of everything. The other instance makes the change, and no message announces
            // it.
            var before = (await A.ReadAsync(id))!;
            await EverybodyFindsAsync(id, before.Status, before.Version);
            await A.ChangeAsync(command);
            Assert.That(await FoundAsync(B, id), Is.EqualTo(Everywhere(status, before.Version + 1)));
        }
    }

    [Test]
    public async Task Class_10_without_a_new_stamp_the_old_status_is_told()
    {
        await using var maintainer = await StartMaintainerAsync();
        await using var writer = await StartPlantedAsync((connection, keys) => new PlantedOrderCache(connection, keys)
        {
            PutScript = PlantedOrderCache.Replace(CacheScripts.Put, Renewal, "'XX', 'INCR', '0', 'whole'"),
        });
        var id = await SubmittedAsync();
        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);

        await writer.ChangeAsync(Commands.Price(id));

        Assert.That(await FoundAsync(B, id),
            Does.Contain("order: PriceCalculated 2").And.Contain("board, Submitted: Submitted 1"));
    }

    [Test]
    public async Task An_order_that_is_changed_without_moving_is_shown_as_it_is()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();
        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);

        // A change by hand: the order's place on the board stays the same, its notes do not.
        await World.ExecuteAsync($"UPDATE orders SET notes = 'as light as possible' WHERE id = '{id}'");
        await maintainer.RelayAsync();

        Assert.That(await FoundAsync(B, id), Is.EqualTo(Everywhere(OrderStatus.Submitted, 2)));
    }

    [Test]
    public async Task A_stamp_that_no_put_can_change_is_none()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();
        foreach (var score in new[] { double.NegativeInfinity, -9007199254740992, 0, double.PositiveInfinity })
        {
            await World.Redis.SortedSetAddAsync(BoardKey, "whole", score);
            await B.MissAsync(Board());
            await maintainer.UntilHitAsync(Board());
        }

        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
    }

    [Test]
    public async Task An_answer_to_a_query_that_is_rarely_repeated_is_not_kept()
    {
        await using var maintainer = await StartMaintainerAsync();
        await SubmittedAsync();
        var copies = B.Host.Services.GetRequiredService<LocalIndexCopies>();
        await B.HitAsync(Board());
        var copy = copies.Find(Query)!;
        var since = Query with { Ranges = [Query.Ranges[0] with { From = 1 }] };
        var behind = Query with
        {
            Ranges =
            [Query.Ranges[0] with { After = new PagePosition(DateTimeOffset.UnixEpoch, Guid.Empty) }]
        };

        copies.Keep(since, copy);
        copies.Keep(behind, copy);

        Assert.That(copies.Find(since), Is.Null);
        Assert.That(copies.Find(behind), Is.Null);
    }

    [Test]
    public async Task An_index_that_was_lost_never_has_the_same_stamp_again()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();
        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
        var before = await World.Redis.SortedSetScoreAsync(BoardKey, "whole");

        // While there is no index, no put changes its stamp.
        await World.Redis.KeyDeleteAsync(BoardKey);
        await A.ChangeAsync(Commands.Price(id));
        await B.MissAsync(Board()); // The copy of an index that is gone is not shown.
        await maintainer.UntilHitAsync(Board());

        Assert.That(await World.Redis.SortedSetScoreAsync(BoardKey, "whole"), Is.Not.EqualTo(before));
        await EverybodyFindsAsync(id, OrderStatus.PriceCalculated, 2);
    }

    [Test]
    public async Task Where_copies_are_turned_off_there_are_none()
    {
        await using var maintainer = await StartMaintainerAsync();
        await using var without =
            await World.StartInstanceAsync(new InstanceSettings { Arguments = ["--Mes:Cache:MaxCopyBytes=0"] });
        await SubmittedAsync();

        var first = await without.HitAsync(Board());

        Assert.That((await without.HitAsync(Board())).Columns, Is.Not.SameAs(first.Columns));
    }
}
