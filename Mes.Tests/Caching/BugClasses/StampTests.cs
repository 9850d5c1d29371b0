using System.Text.Json.Nodes;
using Mes.Application.Caching;
using Mes.Domain.Orders;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>A put that has nothing to store still renews the tags of its change.</summary>
internal sealed class StampTests : BugClassTests
{
    private const string Statistics = "/api/v1/stats/throughput?days=1";
    private const string Key = "a report about submitted orders";

    /// <summary>Tags that the change from version 1 to 2 touches, and the change from 2 to 3 does not.</summary>
    private static readonly string[] Tags = [CacheTags.Status(OrderStatus.Submitted)];

    [Test]
    public async Task Class_31_stamps_left_behind_where_the_put_is_superseded()
    {
        Assert.That(await IsReportAHitAfterTheChangeAsync(A), Is.False);
    }

    [Test]
    public async Task Class_31_without_new_stamps_for_the_superseded_the_old_answer_is_told()
    {
        await using var planted = await StartPlantedAsync(PlantedOrderCache.WithoutStampsOfTheSuperseded);

        Assert.That(await IsReportAHitAfterTheChangeAsync(planted), Is.True);
    }

    [Test]
    public async Task Class_31_stamps_left_behind_where_a_reader_was_faster()
    {
        var id = await SubmittedAsync();
        var before = await PricedTodayAsync();
        var stop = A.Seams.StopAt(Seam.AfterCommit, id);
        await World.EvictAsync(id);
        var pricing = A.ChangeAsync(Commands.Price(id));
        await stop.ReachedAsync();
        await World.LapseAsync(id);
        var (order, report) = await B.ReadReportedAsync(id);
        Assert.That((order!.Version, report.Stored), Is.EqualTo((2, true)), "the reader has already put the version");

        stop.Release();
        await pricing;

        Assert.That(await PricedTodayAsync(), Is.EqualTo(before + 1));
    }

    /// <summary>
    /// The writer commits version 2 and stalls · version 3 is put · a report is stored · the writer's put is
    /// superseded.
    /// </summary>
    private async Task<bool> IsReportAHitAfterTheChangeAsync(Instance writer)
    {
        var id = await SubmittedAsync();

        // The report's stamps are from before the change, and so is its content.
        var stamps = (await B.TaggedCache.ReadAsync(Key, Tags)).Stamps!;
        var stop = writer.Seams.StopAt(Seam.BeforePut, id);
        var pricing = writer.ChangeAsync(Commands.Price(id));
        await stop.ReachedAsync();
        await B.ChangeAsync(Commands.Approve(id));
        Assert.That(await B.TaggedCache.StoreAsync(Key, stamps, "old"u8.ToArray()), Is.True);
        Assert.That((await B.TaggedCache.ReadAsync(Key, Tags)).Hit, Is.Not.Null,
            "no change that the report depends on has been acknowledged yet");

        stop.Release();
        await pricing;
        return (await B.TaggedCache.ReadAsync(Key, Tags)).Hit is not null;
    }

    private async Task<int> PricedTodayAsync()
    {
        using var answer = await B.Host.SendAsync(HttpMethod.Get, Statistics, MesHost.Crm);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return body["days"]![0]!["entered"]!["PRICE_CALCULATED"]!.GetValue<int>();
    }
}
