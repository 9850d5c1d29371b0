using System.Net;
using System.Net.Http.Headers;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>A reader that read the database before a change fills the cache after the change.</summary>
internal sealed class StaleFillTests : BugClassTests
{
    [Test]
    public async Task Class_01_stale_fill()
    {
        var id = await FillAfterTheChangeAsync(B);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_01_without_the_version_check_the_old_status_is_told()
    {
        await using var reader = await StartPlantedAsync(PlantedOrderCache.WithoutVersionCheck);

        var id = await FillAfterTheChangeAsync(reader);

        await EverybodySeesAsync(id, 1);
    }

    [Test]
    public async Task Class_02_stale_fill_past_the_version_check()
    {
        var id = await FillAfterTheChangeAsync(B, id => World.EvictAsync(id));

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_02_stale_fill_past_the_version_check_after_a_flush()
    {
        var id = await FillAfterTheChangeAsync(B, _ => World.FlushAsync());

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_02_without_the_lease_the_old_status_is_told()
    {
        await using var reader = await StartPlantedAsync(PlantedOrderCache.WithoutLease);

        var id = await FillAfterTheChangeAsync(reader, id => World.EvictAsync(id));

        await EverybodySeesAsync(id, 1);
    }

    [TestCase("")]
    [TestCase("/status")]
    public async Task Class_23_stale_304(string resource)
    {
        var id = await FillAfterTheChangeAsync(B);

        Assert.That((await AskWhetherChangedAsync(B, id, resource, "\"1\"")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await AskWhetherChangedAsync(B, id, resource, "\"2\"")).StatusCode,
            Is.EqualTo(HttpStatusCode.NotModified));
    }

    [TestCase("")]
    [TestCase("/status")]
    public async Task Class_23_without_the_version_check_the_old_version_is_said_to_be_current(string resource)
    {
        await using var reader = await StartPlantedAsync(PlantedOrderCache.WithoutVersionCheck);

        var id = await FillAfterTheChangeAsync(reader);

        Assert.That((await AskWhetherChangedAsync(B, id, resource, "\"1\"")).StatusCode,
            Is.EqualTo(HttpStatusCode.NotModified));
    }

    /// <summary>
    /// The reader misses and reads version 1 · A commits version 2, puts it and acknowledges · the reader puts version
    /// 1.
    /// </summary>
    private async Task<Guid> FillAfterTheChangeAsync(Instance reader, Func<Guid, Task>? meanwhile = null)
    {
        var id = await SubmittedAsync(cached: false);
        var stop = reader.Seams.StopAt(Seam.BeforePut, id);
        var reading = reader.VersionSeenAsync(id);
        await stop.ReachedAsync();

        await A.ChangeAsync(Commands.Price(id));
        await (meanwhile?.Invoke(id) ?? Task.CompletedTask);

        stop.Release();
        Assert.That(
            await reading, Is.EqualTo(1), "the reader asked before the change, so it has read the old row");
        return id;
    }

    private static Task<HttpResponseMessage> AskWhetherChangedAsync(
        Instance instance, Guid id, string resource, string tag) =>
        instance.Host.SendAsync(
            HttpMethod.Get,
            $"/api/v1/orders/{id:D}{resource}",
            MesHost.Crm,
            headers: headers => headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag)));
}
