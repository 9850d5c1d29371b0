using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// The version in an entry's first line is corrupted: a put takes the entry for newer and yields to it, or an old
/// version is stored over it.
/// </summary>
internal sealed class UnprovenHeaderTests : IndexBugClassTests
{
    private const string Guard = "or sum ~= proof(string.match(key, ':o:([^:]+)') .. ' ' .. line)";

    [Test]
    public async Task Class_35_unproven_header_that_claims_to_be_newer()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();
        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
        await SpoilAsync(id, version: 9);

        await A.ChangeAsync(Commands.Price(id));

        await EverybodyFindsAsync(id, OrderStatus.PriceCalculated, 2);
        await Eventually.IsTrue(
            async () => await World.OutboxRowsAsync(id) == 0, Hits.Limit, "nothing is left to repair");
    }

    [Test]
    public async Task Class_35_where_a_put_yields_to_an_unproven_header_the_board_lacks_the_order()
    {
        await using var maintainer = await StartMaintainerAsync();
        await using var planted = await StartPlantedAsync(WithoutProof);
        var id = await SubmittedAsync();
        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
        await SpoilAsync(id, version: 9);

        await planted.ChangeAsync(Commands.Price(id));

        Assert.That(
            (await B.HitAsync(Column(OrderStatus.PriceCalculated))).Items.Select(order => order.Id), Has.No.Member(id));
        await RepairAsync(maintainer, id);
    }

    [Test]
    public async Task Class_35_unproven_header_and_an_index_that_is_rebuilt_over_it()
    {
        await using var maintainer = await StartMaintainerAsync();
        var id = await SubmittedAsync();
        await SpoilAsync(id, version: 9);
        await World.Redis.KeyDeleteAsync(BoardKey);

        await maintainer.UntilHitAsync(Column(OrderStatus.Submitted));

        Assert.That((await B.HitAsync(Column(OrderStatus.Submitted))).Items.Select(order => order.Id), Has.Member(id));
        await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
    }

    [Test]
    public async Task Class_35_where_the_rebuild_yields_to_an_unproven_header_the_whole_index_lacks_the_order()
    {
        var id = await SubmittedAsync();
        await using (await StartMaintainerAsync())
        {
            await EverybodyFindsAsync(id, OrderStatus.Submitted, 1);
        }

        await SpoilAsync(id, version: 9);
        await World.Redis.KeyDeleteAsync(BoardKey);
        var withoutProof = new InstanceSettings
        {
            IndexesHeld = false,
            Plant =
            provider => WithoutProof(World.Connection, provider.GetRequiredService<KeySpace>())
        };
        await using (var planted = await World.StartInstanceAsync(withoutProof))
        {
            await planted.UntilHitAsync(Column(OrderStatus.Submitted));
            Assert.That(
                (await B.HitAsync(Column(OrderStatus.Submitted))).Items.Select(order => order.Id), Has.No.Member(id));
        }

        await World.Redis.KeyDeleteAsync(BoardKey);
        await using var maintainer = await StartMaintainerAsync();
        await RepairAsync(maintainer, id);
    }

    [Test]
    public async Task Class_35_unproven_header_that_claims_to_be_older()
    {
        Assert.That(await SeenAfterALatePutAsync(A), Is.EqualTo(3));
    }

    [Test]
    public async Task Class_35_where_a_put_is_stored_over_an_unproven_header_the_old_status_is_told()
    {
        await using var planted = await StartPlantedAsync(WithoutProof);

        Assert.That(await SeenAfterALatePutAsync(planted), Is.EqualTo(2));
    }

    /// <summary>
    /// The writer commits version 2 and stalls · version 3 is put, and its version is corrupted downwards · the writer
    /// puts version 2.
    /// </summary>
    private async Task<int?> SeenAfterALatePutAsync(Instance writer)
    {
        var id = await SubmittedAsync();
        var stop = writer.Seams.StopAt(Seam.BeforePut, id);
        var pricing = writer.ChangeAsync(Commands.Price(id));
        await stop.ReachedAsync();
        await B.ChangeAsync(Commands.Approve(id));
        await SpoilAsync(id, version: 1);

        stop.Release();
        await pricing;
        var seen = await B.VersionSeenAsync(id);
        await World.EvictAsync(id);
        return seen;
    }

    private static PlantedOrderCache WithoutProof(
        StackExchange.Redis.IConnectionMultiplexer connection, KeySpace keys) => new(connection, keys)
        {
            BeginScript = PlantedOrderCache.Replace(CacheScripts.Begin, Guard, ""),
            PutScript = PlantedOrderCache.Replace(CacheScripts.Put, Guard, ""),
        };

    private async Task SpoilAsync(Guid id, int version)
    {
        var entry = (string)(await World.Redis.StringGetAsync(KeysOf(B).Entry(id)))!;
        await World.Redis.StringSetAsync(KeysOf(B).Entry(id), ProvenEntry.WithVersion(entry, version));
    }

    /// <summary>
    /// Repairs the order, so that the next test finds the board whole, with every order in its place.
    /// </summary>
    private async Task RepairAsync(Instance maintainer, Guid id)
    {
        await World.Redis.KeyDeleteAsync(KeysOf(B).Entry(id));
        await A.VersionSeenAsync(id);
        foreach (var status in OrderStatuses.Active)
        {
            await maintainer.UntilHitAsync(Column(status));
        }
    }
}
