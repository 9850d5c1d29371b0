using Mes.Application.Caching;
using Mes.Infrastructure.Caching.Entries;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>Two versions of the service side by side, each with a layout that the other one cannot read.</summary>
internal sealed class LayoutTests : BugClassTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    [Test]
    public async Task Class_18_two_layouts()
    {
        await using var next = await StartPlantedAsync(
            (connection, keys) => new PlantedOrderCache(connection, keys) { Layout = EntryCodec.Layout + 1 });

        var (id, seenByOld, seenByNext) = await ChangeByEitherInTurnAsync(old: B, next);

        Assert.That(seenByOld, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(seenByNext, Is.EqualTo(new[] { 1, 2, 3 }));
        await EverybodySeesAsync(id, 3);
    }

    [Test]
    public async Task Class_18_two_layouts_both_under_licences()
    {
        await using var wire = new RedisWire(World.RedisServer.Port) { Rewrite = SwapLayouts };
        await using var next = await World.StartInstanceAsync(new InstanceSettings { Redis = wire.ConnectionString });

        var (id, seenByOld, seenByNext) = await ChangeByEitherInTurnAsync(old: B, next);

        Assert.That(seenByOld, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(seenByNext, Is.EqualTo(new[] { 1, 2, 3 }));
        await next.HitAsync(id); // The next version has just filled it in, in its own layout.
        Assert.That((string?)await World.Redis.StringGetAsync(A.EntryKey(id)), Does.StartWith("MES 2 3 "),
            "the entry has the layout of the next version");
    }

    [Test]
    public async Task Class_18_two_layouts_and_a_put_of_the_old_one_that_failed()
    {
        await using var wire = new RedisWire(World.RedisServer.Port) { Rewrite = SwapLayouts };
        await using var next = await World.StartInstanceAsync(new InstanceSettings { Redis = wire.ConnectionString });
        var id = await SubmittedAsync();
        Assert.That(await next.VersionSeenAsync(id), Is.EqualTo(1), "the entry now has the layout of the next version");
        A.Seams.Put = _ => Task.FromResult(PutResult.Failed);

        var changing = A.ChangeAsync(Commands.Price(id));
        await Eventually.IsTrue(
            () => World.ScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM outbox WHERE order_id = '{id:D}' AND overdue_at IS NOT NULL)"), Limit,
                    "the writer hands the change over to the relays");
        await Eventually.IsTrue(async () => await next.RelayAsync() > 0, Limit,
            "the relay of the next version takes the row");
        await changing;

        Assert.That(await next.VersionSeenAsync(id), Is.EqualTo(2));
        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_18_with_a_key_for_each_layout_the_old_status_is_told()
    {
        await using var next = await StartPlantedAsync(
            (connection, keys) =>
                new PlantedOrderCache(connection, keys) { Layout = EntryCodec.Layout + 1, KeySuffix = ":2" });

        var (_, _, seenByNext) = await ChangeByEitherInTurnAsync(old: B, next);

        Assert.That(seenByNext, Is.EqualTo(new[] { 1, 1, 3 }), "the next version misses the old instance's change");
    }

    /// <summary>What one instance writes as layout 3 is layout 2 to all others, and vice versa.</summary>
    private static void SwapLayouts(Span<byte> bytes)
    {
        for (int at, from = 0; (at = bytes[from..].IndexOf("MES "u8)) >= 0; from += at + 4)
        {
            var layout = bytes[(from + at + 4)..];
            if (layout.StartsWith("2 "u8) || layout.StartsWith("3 "u8))
            {
                layout[0] ^= '2' ^ '3';
            }
        }
    }

    /// <summary>
    /// Both instances fill the cache · the old one changes the order, both read · the next one changes it, both read.
    /// </summary>
    private async Task<(Guid Id, int[] SeenByOld, int[] SeenByNext)> ChangeByEitherInTurnAsync(
        Instance old, Instance next)
    {
        var id = await SubmittedAsync();
        List<int> seenByOld = [], seenByNext = [];
        async Task LookAsync()
        {
            seenByNext.Add((await next.VersionSeenAsync(id))!.Value);
            seenByOld.Add((await old.VersionSeenAsync(id))!.Value);
            Assert.That(await next.VersionSeenAsync(id), Is.EqualTo(seenByNext[^1]),
                "even if the other version has just filled it in");
        }

        await LookAsync();
        await old.ChangeAsync(Commands.Price(id));
        await LookAsync();
        await next.ChangeAsync(Commands.Approve(id));
        await LookAsync();
        return (id, [.. seenByOld], [.. seenByNext]);
    }
}
