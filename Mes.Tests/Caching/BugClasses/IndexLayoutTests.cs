using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// Two versions of the service side by side. One of them does not know an index that the other one has.
/// </summary>
internal sealed class IndexLayoutTests : IndexBugClassTests
{
    private static readonly InstanceSettings Real = new() { Clock = TimeProvider.System };

    [Test]
    [Order(1)]
    public async Task Class_33_without_the_layout_in_the_epoch_a_list_lacks_an_order()
    {
        await using var maintainer = await StartMaintainerAsync();
        await using var old = await StartPlantedAsync((connection, keys) => new PlantedOrderCache(connection, keys)
        {
            PutScript = PlantedOrderCache.Replace(CacheScripts.Put, "for i = 4, 7 do index", "for i = 4, 6 do index"),
        });
        var id = await SubmittedAsync();

        await old.ChangeAsync(Commands.Price(id));

        Assert.That((await B.HitAsync(Commands.List(100))).Items.Single(order => order.Id == id).Status,
            Is.EqualTo(OrderStatus.PriceCalculated));
        Assert.That((await B.HitAsync(Commands.List(100, OrderStatus.PriceCalculated))).Items.Select(order => order.Id),
            Has.No.Member(id));

        // A reader notices that the order does not belong in this list, and the list is repaired.
        Assert.That((await B.QueryAsync(Commands.List(100, OrderStatus.Submitted))).Report.Outcome,
            Is.EqualTo(CacheOutcome.Miss));
        await maintainer.UntilHitAsync(Commands.List(100, OrderStatus.Submitted));
    }

    [Test]
    [Order(2)]
    public async Task Class_33_in_an_epoch_of_an_older_layout_a_new_one_is_begun_and_its_indexes_are_built()
    {
        await using var maintainer = await World.StartInstanceAsync(Real with { IndexesHeld = false });
        await maintainer.UntilIndexesAreWholeAsync();
        var id = await SubmittedAsync();
        var epoch = A.Epoch;
        await World.Redis.SortedSetRemoveAsync(
            KeysOf(A).Index(new IndexGroup(Commands.Alpha.Id), IndexKind.SellerByStatus), OrderMember.Of(id));
        Assert.That(
            await FoundAsync(B, id), Has.None.StartsWith("list of"), "the older version does not know this index");

        await World.ExecuteAsync("UPDATE cache_cells SET layout = layout - 1");

        await Eventually.IsTrue(
            () => IsInAnotherEpoch(A, epoch) && IsInAnotherEpoch(B, epoch), Limit, "a new epoch is used");
        await maintainer.UntilIndexesAreWholeAsync();
        await B.UntilHitAsync(id);
        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
        Assert.That(await World.ScalarAsync<int>("SELECT layout FROM cache_cells"), Is.EqualTo(CacheLayout.Current));
    }

    [Test]
    [Order(3)]
    public async Task Class_33_the_other_layout()
    {
        await using var old = await World.StartInstanceAsync(Real with { IndexesHeld = false, RelayHeld = false });
        await old.UntilIndexesAreWholeAsync();
        var id = await SubmittedAsync();
        var epoch = A.Epoch;
        var (entryKey, boardKey) = (A.EntryKey(id), BoardKey);
        var entry = (string?)await World.Redis.StringGetAsync(entryKey);
        var score = await World.Redis.SortedSetScoreAsync(boardKey, OrderMember.Of(id));

        await World.ExecuteAsync("UPDATE cache_cells SET layout = layout + 1");
        foreach (var instance in new[] { old, A, B })
        {
            await Eventually.IsTrue(async () => (await instance.QueryAsync(Board())).Report.Detail == "other-layout",
                Limit, "it leaves the cache alone");
        }

        await old.ChangeAsync(Commands.Price(id));

        await IsToldFromTheDatabaseAsync(old, Board(), board => board.Columns[(int)OrderStatus.PriceCalculated].Items);
        await IsToldFromTheDatabaseAsync(old, Commands.List(100, OrderStatus.PriceCalculated), list => list.Items);
        async Task IsToldFromTheDatabaseAsync<T>(
            Instance instance, IQuery<T> query, Func<T, IEnumerable<Application.Snapshots.OrderSnapshot>> orders)
        {
            var (answer, report) = await instance.QueryAsync(query);
            Assert.That((report.Outcome, report.Detail), Is.EqualTo((CacheOutcome.Bypass, "other-layout")));
            Assert.That(orders(answer).Single(order => order.Id == id).Version, Is.EqualTo(2));
        }

        var (told, read) = await old.ReadReportedAsync(id);
        Assert.That((told!.Version, read.Detail), Is.EqualTo((2, "other-layout")));
        Assert.That(
            (string?)await World.Redis.StringGetAsync(entryKey), Is.EqualTo(entry),
            "the cache of the newer layout is unchanged");
        Assert.That(await World.Redis.SortedSetScoreAsync(boardKey, OrderMember.Of(id)), Is.EqualTo(score));
        Assert.That(
            await World.ScalarAsync<bool>(
                $"SELECT bool_or(overdue_at IS NOT NULL) FROM outbox WHERE order_id = '{id:D}' AND version = 2"),
            Is.True,
            "instances that know the layout put the change, and leave the order out until then");
        Assert.That(await World.ScalarAsync<long>("SELECT epoch FROM cache_cells"), Is.EqualTo(epoch),
            "an instance with the older layout begins no epoch");
    }

    private static bool IsInAnotherEpoch(Instance instance, long epoch)
    {
        try
        {
            return instance.Epoch != epoch;
        }
        catch (InvalidOperationException)
        {
            // The cache may not be used between the epochs.
            return false;
        }
    }
}
