using Mes.Application.Board.GetBoard;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// Bug classes of the board and the lists, in a world of their own, so that the tests can lose its indexes. The tests
/// assert where a caller finds an order: by its id, on the board, in each column and in each list.
/// </summary>
internal abstract class IndexBugClassTests : BugClassTests
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>A limit above the number of orders.</summary>
    private const int All = 100;

    protected override Task<CacheWorld> WorldAsync() => CacheWorld.StartAsync();

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(World);

    protected RedisKey BoardKey => KeysOf(A).Index(IndexGroup.Board, IndexKind.Board);

    protected static CacheEpoch KeysOf(Instance instance) =>
        instance.Host.Services.GetRequiredService<KeySpace>().Require();

    /// <summary>
    /// Starts an instance that builds the indexes, as every instance outside the tests does, and waits until they are
    /// whole.
    /// </summary>
    protected async Task<Instance> StartMaintainerAsync(
        Func<IConnectionMultiplexer, KeySpace, PlantedOrderCache>? plant = null)
    {
        var maintainer = await World.StartInstanceAsync(new InstanceSettings
        {
            IndexesHeld = false,
            Plant = plant is null ? null : provider => plant(World.Connection, provider.GetRequiredService<KeySpace>()),
        });
        await maintainer.UntilIndexesAreWholeAsync();
        return maintainer;
    }

    /// <summary>
    /// Asserts that every instance finds an order in this status and version in all the right places and in no other.
    /// </summary>
    protected async Task EverybodyFindsAsync(Guid id, OrderStatus status, int version)
    {
        foreach (var instance in new[] { A, B })
        {
            Assert.That(await FoundAsync(instance, id), Is.EqualTo(Everywhere(status, version)));
        }
    }

    /// <summary>
    /// All the places where a caller must find an order in this status and version. It must be in no other place.
    /// </summary>
    protected static string[] Everywhere(OrderStatus status, int version)
    {
        var card = $"{status} {version}";
        return [$"order: {card}", $"board, {status}: {card}", $"column {status}: {card}", $"list: {card}",
            $"list of {status}: {card}"];
    }

    /// <summary>The places where the cache has the order, each with the status and version found there.</summary>
    protected static async Task<string[]> FoundAsync(Instance instance, Guid id)
    {
        List<string> found = [];
        var order = await instance.HitAsync(id);
        found.Add($"order: {order.Status} {order.Version}");

        void Look(string place, IEnumerable<Mes.Application.Snapshots.OrderSnapshot> orders) => found.AddRange(
            orders.Where(card => card.Id == id).Select(card => $"{place}: {card.Status} {card.Version}"));

        foreach (var column in (await instance.HitAsync(new GetBoard(All))).Columns)
        {
            Look($"board, {column.Status}", column.Items);
        }

        foreach (var status in OrderStatuses.Active)
        {
            var page = await instance.HitAsync(Column(status));
            Look($"column {status}", page.Items);
            Assert.That(page.Count, Is.EqualTo(page.Items.Count), "the count equals the number of cards");
        }

        Look("list", (await instance.HitAsync(Commands.List(All))).Items);
        foreach (var status in OrderStatuses.All)
        {
            Look($"list of {status}", (await instance.HitAsync(Commands.List(All, status))).Items);
        }

        return [.. found];
    }

    protected static GetBoardColumn Column(OrderStatus status) =>
        new(Commands.Crm, status, BoardSort.Oldest, All, null);

    protected static GetBoard Board() => new(All);
}
