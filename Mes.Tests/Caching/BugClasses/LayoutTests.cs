using Mes.Infrastructure.Caching;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>Two versions of the service side by side, each with a layout that the other cannot read.</summary>
internal sealed class LayoutTests : BugClassTests
{
    [Test]
    public async Task Class_18_two_layouts()
    {
        await using var next = await StartPlantedAsync((connection, keys) => new PlantedOrderCache(connection, keys) { Layout = EntryCodec.Layout + 1 });

        var (id, seenByOld, seenByNext) = await ChangeByEitherInTurnAsync(old: B, next);

        Assert.That(seenByOld, Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(seenByNext, Is.EqualTo(new[] { 1, 2, 3 }));
        await EverybodySeesAsync(id, 3);
    }

    [Test]
    public async Task Class_18_with_a_key_for_each_layout_the_old_status_is_told()
    {
        await using var next = await StartPlantedAsync(
            (connection, keys) => new PlantedOrderCache(connection, keys) { Layout = EntryCodec.Layout + 1, KeySuffix = ":2" });

        var (_, _, seenByNext) = await ChangeByEitherInTurnAsync(old: B, next);

        Assert.That(seenByNext, Is.EqualTo(new[] { 1, 1, 3 }), "it misses the old instance's change");
    }

    /// <summary>Both warm it · the old one changes it, both read · the next one changes it, both read.</summary>
    private async Task<(Guid Id, int[] SeenByOld, int[] SeenByNext)> ChangeByEitherInTurnAsync(Instance old, Instance next)
    {
        var id = await SubmittedAsync();
        List<int> seenByOld = [], seenByNext = [];
        async Task LookAsync()
        {
            seenByNext.Add((await next.VersionSeenAsync(id))!.Value);
            seenByOld.Add((await old.VersionSeenAsync(id))!.Value);
            Assert.That(await next.VersionSeenAsync(id), Is.EqualTo(seenByNext[^1]), "also where the other one has just filled it in");
        }

        await LookAsync();
        await old.ChangeAsync(Commands.Price(id));
        await LookAsync();
        await next.ChangeAsync(Commands.Approve(id));
        await LookAsync();
        return (id, [.. seenByOld], [.. seenByNext]);
    }
}
