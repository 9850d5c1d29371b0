using Mes.Application.Caching;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// The relay repairs from the outbox what a writer leaves behind, and the repair overwrites nothing newer.
/// </summary>
internal sealed class RepairTests : BugClassTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Half of the promised time (G2).</summary>
    private static readonly TimeSpan Prompt = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Class_04_crash_gap()
    {
        await using var other = await World.StartInstanceAsync(new InstanceSettings { RelayHeld = false });
        var id = Guid.Empty;
        await Promptly.Happens(Prompt, "another instance's relay repairs", async () =>
        {
            id = await SubmittedAsync();
            var committed = await CommitAndDieAsync(id);
            await Eventually.IsTrue(
                async () => await B.VersionSeenAsync(id) == 2, Limit, "another instance's relay repairs");
            return ProcessTime.Now - committed;
        });

        await EverybodySeesAsync(id, 2);
        await Eventually.IsTrue(
            async () => await World.OutboxRowsAsync(id) == 0, Limit, "the row is deleted once the repair is confirmed");
    }

    [Test]
    public async Task Class_04_without_the_relay_the_old_status_is_told()
    {
        var id = await SubmittedAsync();

        await CommitAndDieAsync(id);

        await EverybodySeesAsync(id, 1);
        Assert.That(await World.OutboxRowsAsync(id), Is.EqualTo(1), "the change's own transaction has left its row");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Class_19_recovery_overwrites(bool evicted)
    {
        var id = await RecoveryIsOvertakenAsync(A, evicted);

        await EverybodySeesAsync(id, 3);
        Assert.That(await World.OutboxRowsAsync(id), Is.Zero, "the cache has the versions of the rows or newer ones");
    }

    [Test]
    public async Task Class_19_without_the_version_check_the_old_status_is_told()
    {
        await using var recovering = await StartPlantedAsync(PlantedOrderCache.WithoutVersionCheck);

        var id = await RecoveryIsOvertakenAsync(recovering, evicted: false);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task Class_19_without_the_lease_the_old_status_is_told()
    {
        await using var recovering = await StartPlantedAsync(PlantedOrderCache.WithoutLease);

        var id = await RecoveryIsOvertakenAsync(recovering, evicted: true);

        await EverybodySeesAsync(id, 2);
    }

    [Test]
    public async Task A_change_made_by_hand_is_repaired_like_any_other()
    {
        var id = await SubmittedAsync();
        await World.ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE id = '{id:D}'");

        await A.RelayAsync();

        await EverybodySeesAsync(id, 2);
    }

    /// <summary>Version 2 is committed, and the process dies before its put.</summary>
    /// <returns>The time just before the commit.</returns>
    private async Task<TimeSpan> CommitAndDieAsync(Guid id)
    {
        var dying = await World.StartInstanceAsync();
        var put = new Stop();
        dying.Seams.Put = async _ =>
        {
            await put.ArriveAsync();
            return PutResult.Failed;
        };
        var start = ProcessTime.Now;
        var neverAnswered = dying.SendAsync(Commands.Price(id));
        await put.ReachedAsync();
        await dying.DisposeAsync();
        Assert.That(neverAnswered.IsCompleted, Is.False, "a dead instance acknowledges nothing");
        return start;
    }

    /// <summary>
    /// The relay reads version 2 · version 3 is committed and put, and perhaps evicted · the relay puts version 2.
    /// </summary>
    private async Task<Guid> RecoveryIsOvertakenAsync(Instance recovering, bool evicted)
    {
        var id = await SubmittedAsync(cached: false);
        await CommitAndDieAsync(id);
        await World.MakeDueAsync(id);

        var stop = recovering.Seams.StopAt(Seam.AfterFind, id);
        var relaying = recovering.RelayAsync();
        await stop.ReachedAsync();
        await B.ChangeAsync(Commands.Approve(id));
        if (evicted)
        {
            await World.EvictAsync(id);
        }

        stop.Release();
        await relaying;
        await Eventually.IsTrue(async () => await World.OutboxRowsAsync(id) == 0, Limit,
            "the rows of both changes are deleted");
        return id;
    }
}
