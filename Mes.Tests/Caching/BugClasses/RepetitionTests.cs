using Mes.Application.Caching;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// A repeated command changes nothing, but its answer tells a version. From then on every reader must see that version.
/// </summary>
internal sealed class RepetitionTests : BugClassTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Class_30_acknowledged_by_repetition(bool evicted)
    {
        var (id, writer) = await RepeatElsewhereAsync(evicted);

        await EverybodySeesAsync(id, 4);
        writer.Release();
        await EverybodySeesAsync(id, 4);
    }

    [Test]
    public async Task Class_30_without_the_put_of_what_changed_nothing_the_old_status_is_told()
    {
        B.Seams.Put = _ => Task.FromResult(PutResult.Stored);

        var (id, _) = await RepeatElsewhereAsync(evicted: false);

        await EverybodySeesAsync(id, 3);
    }

    [Test]
    public async Task Class_30_what_a_repetition_read_before_its_lease_fills_in_nothing()
    {
        var id = await RepetitionIsOvertakenAsync();

        await EverybodySeesAsync(id, 5);
    }

    [Test]
    public async Task Class_30_with_a_lease_that_is_younger_than_the_read_the_old_status_is_told()
    {
        B.Seams.Put = async call =>
        {
            B.Seams.Put = null;
            return await B.Cache.PutAsync(
                call.Order, await B.Cache.BeginAsync(call.Order.Id, LeaseHolder.Writer), call.Tags);
        };

        var id = await RepetitionIsOvertakenAsync();

        await EverybodySeesAsync(id, 4);
    }

    /// <summary>
    /// A commits a claim and stalls before its put · the operator repeats the claim at B, which acknowledges it.
    /// </summary>
    private async Task<(Guid Id, Stop Writer)> RepeatElsewhereAsync(bool evicted)
    {
        var id = await ApprovedAsync();
        if (evicted)
        {
            await World.EvictAsync(id);
        }

        var stop = A.Seams.StopAt(Seam.BeforePut, id);
        _ = A.SendAsync(Commands.Claim(id));
        await stop.ReachedAsync();

        Assert.That((await B.ChangeAsync(Commands.Claim(id))).Version, Is.EqualTo(4));
        return (id, stop);
    }

    /// <summary>
    /// An operator repeats a claim at B, which reads version 4 and stalls · version 5 is put, and evicted · B continues
    /// with its put.
    /// </summary>
    private async Task<Guid> RepetitionIsOvertakenAsync()
    {
        var id = await ApprovedAsync();
        await A.ChangeAsync(Commands.Claim(id));
        var stop = B.Seams.StopAt(Seam.BeforePut, id);
        var repeating = B.ChangeAsync(Commands.Claim(id));
        await stop.ReachedAsync();

        Assert.That((await A.ChangeAsync(Commands.Release(id))).Version, Is.EqualTo(5));
        await World.EvictAsync(id);

        stop.Release();
        Assert.That((await repeating).Version, Is.EqualTo(4), "B decided before the release");
        return id;
    }
}
