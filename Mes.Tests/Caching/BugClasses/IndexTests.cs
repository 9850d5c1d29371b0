using Mes.Application.Board.GetBoard;
using Mes.Application.Caching;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>The board and the lists agree with the orders, whatever happens to the indexes.</summary>
internal sealed class IndexTests : IndexBugClassTests
{
    private const string Store = "for i = 4, 7 do index(KEYS[i], ARGV[i + 4]) end";

    /// <summary>Flushes Redis: indexes that a test without a guard has left wrong pass for whole.</summary>
    [SetUp]
    public Task FlushAsync() => World.FlushAsync();

    [Test]
    public async Task Class_11_list_torn()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();

        foreach (var seam in new[] { Seam.AfterCommit, Seam.BeforePut })
        {
            var (status, version) = seam == Seam.AfterCommit
                ? (OrderStatus.Submitted, 1)
                : (OrderStatus.PriceCalculated, 2);
            var stop = A.Seams.StopAt(seam, id);
            var changing = A.ChangeAsync(seam == Seam.AfterCommit ? Commands.Price(id) : Commands.Approve(id));
            await stop.ReachedAsync();
            await EverybodyFindsAsync(id, status, version);
            stop.Release();
            await changing;
        }

        await EverybodyFindsAsync(id, OrderStatus.ManufacturingApproved, 3);
        await A.ChangeAsync(Commands.Cancel(id));
        string[] nowhereOnTheBoard = ["order: Cancelled 4", "list: Cancelled 4", "list of Cancelled: Cancelled 4"];
        Assert.That(await FoundAsync(B, id), Is.EqualTo(nowhereOnTheBoard));
    }

    [Test]
    public async Task Class_11_without_the_indexes_in_the_same_step_a_column_lacks_the_order()
    {
        await using var maintainer = await StartMaintainerAsync();
        await using var writer = await StartPlantedAsync(
            (connection, keys) => new PlantedOrderCache(connection, keys)
            {
                PutScript =
                PlantedOrderCache.Replace(CacheScripts.Put, Store, "")
            });
        var id = await SubmittedAsync();

        await writer.ChangeAsync(Commands.Price(id));

        Assert.That(await B.VersionSeenAsync(id), Is.EqualTo(2));
        Assert.That(
            (await B.HitAsync(Column(OrderStatus.PriceCalculated))).Items.Select(order => order.Id), Has.No.Member(id));
        Assert.That((await B.QueryAsync(Column(OrderStatus.Submitted))).Report.Outcome, Is.EqualTo(CacheOutcome.Miss),
            "the reader notices that the order does not belong there");
        Assert.That((await B.HitAsync(Board())).Counts[OrderStatus.PriceCalculated], Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Class_12_list_drift(bool evicted)
    {
        await using var builder = await StartMaintainerAsync();

        var id = await BuildIsOvertakenAsync(builder, A, evicted);

        await EverybodyFindsAsync(id, OrderStatus.ManufacturingApproved, 5);
    }

    [Test]
    public async Task Class_12_without_the_version_check_the_old_status_is_told()
    {
        await using var builder = await StartMaintainerAsync(PlantedOrderCache.WithoutVersionCheck);

        var id = await BuildIsOvertakenAsync(builder, A, evicted: false);

        await EverybodyFindsAsync(id, OrderStatus.ManufacturingStarted, 4);
    }

    [Test]
    public async Task Class_12_without_the_lease_the_old_status_is_told()
    {
        await using var builder = await StartMaintainerAsync(PlantedOrderCache.WithoutLease);

        var id = await BuildIsOvertakenAsync(builder, A, evicted: true);

        await EverybodyFindsAsync(id, OrderStatus.ManufacturingStarted, 4);
    }

    [Test]
    public async Task Class_12_where_puts_pass_by_an_index_that_is_being_built_it_lacks_what_was_changed_meanwhile()
    {
        await using var builder = await StartMaintainerAsync();
        await using var writer = await StartPlantedAsync((connection, keys) => new PlantedOrderCache(connection, keys)
        {
            PutScript = PlantedOrderCache.Replace(
                CacheScripts.Put, "if not stamp and redis.pcall('ZCOUNT', key, '-inf', '(0') == 0 then return end",
                    "if not stamp then return end"),
        });

        var id = await BuildIsOvertakenAsync(builder, writer, evicted: false);

        Assert.That(
            await FoundAsync(B, id), Has.None.StartsWith("column").And.Contain("order: ManufacturingApproved 5"));
    }

    [TestCaseSource(nameof(Losses))]
    public async Task Class_13_empty_passes_for_none(string loss)
    {
        var (id, other) = await LoseAsync(loss);

        foreach (var instance in new[] { A, B })
        {
            var (board, report) = await instance.MissAsync(Board());
            Assert.That(report.Stored, Is.False);
            Assert.That(Cards(board), Is.SupersetOf(new[] { id, other }));
            Assert.That(board.Counts[OrderStatus.Submitted], Is.GreaterThanOrEqualTo(2));

            var (list, _) = await instance.MissAsync(Commands.List(100, OrderStatus.Submitted));
            Assert.That(list.Items.Select(order => order.Id), Is.SupersetOf(new[] { id, other }));
        }
    }

    [TestCaseSource(nameof(Losses))]
    public async Task Class_13_without_the_sentinel_orders_are_not_there(string loss)
    {
        var (id, _) = await LoseAsync(loss);

        // With a sentinel that no builder has set, every index passes for whole.
        foreach (var index in LostIndexes)
        {
            await World.Redis.SortedSetAddAsync(index, "whole", -2);
        }

        var board = await A.HitAsync(Board());
        var list = await A.HitAsync(Commands.List(100));

        Assert.That(Cards(board), Has.No.Member(id));
        Assert.That(list.Items.Select(order => order.Id), Has.No.Member(id));
    }

    [Test]
    public async Task Class_32_equal_version_skipped()
    {
        await using var builder = await StartMaintainerAsync();

        var id = await RebuiltAsync(builder);

        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
    }

    [Test]
    public async Task Class_32_where_an_equal_version_is_not_written_the_index_stays_empty()
    {
        await using var builder =
            await StartMaintainerAsync((connection, keys) => new PlantedOrderCache(connection, keys)
            {
                PutScript = PlantedOrderCache.Replace(
                CacheScripts.Put, "if version >= current then", "if version > current then"),
            });

        var id = await RebuiltAsync(builder);

        Assert.That(await FoundAsync(B, id), Has.None.StartsWith("column").And.Contain("order: Submitted 1"));
    }

    [Test]
    public async Task A_build_goes_on_where_another_instance_was_killed()
    {
        var dying = await StartMaintainerAsync();
        List<Guid> ids = [];
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await SubmittedAsync());
        }

        await World.Redis.KeyDeleteAsync(BoardKey);
        var stop = dying.Seams.StopAt(Seam.BeforePut, ids[1]);
        await dying.MissAsync(new GetBoard(1));
        await stop.ReachedAsync();
        dying.Seams.Put = _ => Task.FromResult(PutResult.Failed);
        await dying.DisposeAsync();
        await A.MissAsync(Board());

        await World.Redis.KeyDeleteAsync(KeysOf(A).Builder(IndexGroup.Board));
        await using var other = await StartMaintainerAsync();

        foreach (var id in ids)
        {
            await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
        }
    }

    private static string[] Losses => ["evicted", "flushed", "half-built"];

    private static Guid[] Cards(BoardView board) =>
        [.. board.Columns.SelectMany(column => column.Items).Select(order => order.Id)];

    private RedisKey[] LostIndexes => [BoardKey, .. KeysOf(A).Indexes(new IndexGroup(Commands.Alpha.Id))];

    /// <summary>
    /// The builder reads version 4, started · the writer puts version 5, approved again, which is acknowledged and
    /// perhaps evicted · the builder puts version 4. The builder does not reach the order a second time: it builds
    /// status by status, and has finished this one.
    /// </summary>
    private async Task<Guid> BuildIsOvertakenAsync(Instance builder, Instance writer, bool evicted)
    {
        var id = await ApprovedAsync();
        await A.ChangeAsync(Commands.Claim(id));
        if (evicted)
        {
            await World.EvictAsync(id);
        }

        var stop = builder.Seams.StopAt(Seam.BeforePut, id);
        await World.Redis.KeyDeleteAsync(BoardKey);
        await builder.MissAsync(new GetBoard(1));
        await stop.ReachedAsync();
        await writer.ChangeAsync(Commands.Release(id));
        if (evicted)
        {
            await World.EvictAsync(id);
        }

        var (board, _) = await B.MissAsync(Board());
        Assert.That(
            board.Columns[(int)OrderStatus.ManufacturingApproved].Items.Select(order => order.Id), Does.Contain(id));

        stop.Release();
        await Eventually.IsTrue(
            async () => await World.Redis.SortedSetScoreAsync(BoardKey, "whole") is not null, Limit,
                "the index is whole");
        return id;
    }

    /// <summary>
    /// Stores two orders, and loses the indexes in some way. What is left of them lacks the first order.
    /// </summary>
    private async Task<(Guid Id, Guid Other)> LoseAsync(string loss)
    {
        var maintainer = await StartMaintainerAsync();
        var (id, other) = (await SubmittedAsync(), await SubmittedAsync());
        var indexes = LostIndexes;
        if (loss == "half-built")
        {
            maintainer.Seams.Put = async call => call.Order.Id == id ? PutResult.Failed : await call.Proceed();
            await World.Redis.KeyDeleteAsync(indexes);
            await maintainer.MissAsync(new GetBoard(1));
            await maintainer.MissAsync(Commands.List());
            foreach (var index in indexes)
            {
                await Eventually.IsTrue(
                    async () => await World.Redis.SortedSetScoreAsync(index, OrderMember.Of(other)) is not null, Limit,
                        "the index is half-built");
            }
        }

        await maintainer.DisposeAsync();
        await (loss switch
        {
            "evicted" => World.Redis.KeyDeleteAsync(indexes),
            "flushed" => World.FlushAsync(),
            _ => Task.CompletedTask,
        });
        return (id, other);
    }

    /// <summary>Loses the index, but not the entries, and has it rebuilt.</summary>
    private async Task<Guid> RebuiltAsync(Instance builder)
    {
        var id = await SubmittedAsync();
        await World.Redis.KeyDeleteAsync(BoardKey);
        await builder.UntilHitAsync(Board());
        return id;
    }
}
