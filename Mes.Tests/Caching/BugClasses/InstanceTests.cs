using Mes.Application.Board.GetBoard;
using Mes.Application.Caching;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>What the tests of bug classes rely on.</summary>
internal sealed class InstanceTests : IndexBugClassTests
{
    [Test]
    public async Task The_seams_of_an_instance_hold_until_it_has_ended()
    {
        var tries = 0;
        var isWhole = false;
        await SubmittedAsync();
        var maintainer = await World.StartInstanceAsync(new InstanceSettings
        {
            IndexesHeld = false,
            Services = services => services.AddSingleton<IHostedService>(new EndsAfter(async () =>
            {
                // This service ends first. The index builder is still at work, and tries again.
                var before = Volatile.Read(ref tries);
                await Eventually.IsTrue(
                    async () => (isWhole |= await World.Redis.SortedSetScoreAsync(BoardKey, "whole") is not null)
                        || Volatile.Read(ref tries) > before + 1,
                    Limit,
                    "the builder tries again");
            })),
        });
        await maintainer.UntilIndexesAreWholeAsync();
        maintainer.Seams.Put = _ =>
        {
            Interlocked.Increment(ref tries);
            return Task.FromResult(PutResult.Failed);
        };
        await World.Redis.KeyDeleteAsync(BoardKey);
        await maintainer.MissAsync(new GetBoard(1));
        await Eventually.IsTrue(() => Volatile.Read(ref tries) > 0, Limit, "the builder tries");

        await maintainer.DisposeAsync();

        Assert.That(isWhole, Is.False, "no index was built while the instance was ending");
        await A.MissAsync(Board());
    }

    private sealed class EndsAfter(Func<Task> end) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => end();
    }
}
