using Mes.Application.Caching;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// A client reads a version from the database that is committed but not yet put, and then reads from the cache of
/// another instance (G4): the writer commits version 2 and stalls before its put · an instance without a licence, which
/// does reach Redis, tells version 2 · the same client asks another instance.
/// </summary>
internal sealed class BypassedReadTests : BugClassTests
{
    /// <summary>Longer than a licence lives.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    [Test]
    public async Task What_was_read_past_the_cache_is_not_taken_back_by_the_cache()
    {
        var (unlicensed, id, writing) = await ReadPastTheCacheAsync();
        await using (unlicensed)
        {
            var (order, report) = await B.ReadReportedAsync(id);
            Assert.That((order!.Version, report.Outcome), Is.EqualTo((2, (CacheOutcome?)CacheOutcome.Hit)));

            A.Seams.Reset();
            await writing;
            await EverybodySeesAsync(id, 2);
        }
    }

    [Test]
    public async Task Where_it_is_not_put_the_next_instance_takes_it_back()
    {
        var (unlicensed, id, writing) =
            await ReadPastTheCacheAsync(instance => instance.Seams.Put = _ => Task.FromResult(PutResult.Failed));
        await using (unlicensed)
        {
            Assert.That(await B.VersionSeenAsync(id), Is.EqualTo(1));
            A.Seams.Reset();
            await writing;
        }
    }

    private async Task<(Instance Unlicensed, Guid Id, Task Writing)> ReadPastTheCacheAsync(
        Action<Instance>? without = null)
    {
        var clock = new SteppedClock();
        var unlicensed = await World.StartInstanceAsync(new InstanceSettings { Clock = clock, PollHeld = true });
        await unlicensed.PollAsync();
        without?.Invoke(unlicensed);
        var id = await SubmittedAsync();
        var stop = A.Seams.StopAt(Seam.BeforePut, id);
        var writing = A.ChangeAsync(Commands.Price(id));
        await stop.ReachedAsync();
        clock.Advance(Pause);

        var (order, report) = await unlicensed.ReadReportedAsync(id);

        Assert.That((order!.Version, report.Outcome, report.Detail),
            Is.EqualTo((2, (CacheOutcome?)CacheOutcome.Bypass, "no-licence")));
        return (unlicensed, id, writing);
    }
}
