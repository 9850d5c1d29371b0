using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>
/// A way in which write-through caches go wrong, driven step by step through two real instances on one database and one
/// Redis. Each test asserts what a caller is told afterwards. Beside it stands the same test with the guard taken out,
/// which must tell the old status: this shows that the test can fail.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal abstract class BugClassTests
{
    protected CacheWorld World { get; private set; } = null!;

    protected Instance A => World.A;

    protected Instance B => World.B;

    [OneTimeSetUp]
    public async Task StartAsync() => World = await WorldAsync();

    /// <summary>
    /// The shared world, unless a test does something to Redis or the database that would disturb other tests.
    /// </summary>
    protected virtual Task<CacheWorld> WorldAsync() => CacheWorld.SharedAsync();

    [TearDown]
    public void LetEverybodyGo()
    {
        A.Seams.Reset();
        B.Seams.Reset();
    }

    /// <summary>An order in version 1, submitted.</summary>
    protected async Task<Guid> SubmittedAsync(bool cached = true)
    {
        var id = Commands.NewOrderId();
        await A.ChangeAsync(Commands.Submit(id));
        if (!cached)
        {
            await World.EvictAsync(id);
        }

        return id;
    }

    /// <summary>An order in version 3, approved.</summary>
    protected async Task<Guid> ApprovedAsync()
    {
        var id = await SubmittedAsync();
        await A.ChangeAsync(Commands.Price(id));
        await A.ChangeAsync(Commands.Approve(id));
        return id;
    }

    /// <summary>Fails if an instance tells another version than this one.</summary>
    protected async Task EverybodySeesAsync(Guid orderId, int version)
    {
        Assert.That(await A.VersionSeenAsync(orderId), Is.EqualTo(version), "what A tells");
        Assert.That(await B.VersionSeenAsync(orderId), Is.EqualTo(version), "what B tells");
    }

    /// <summary>An instance whose cache lacks a guard.</summary>
    protected Task<Instance> StartPlantedAsync(Func<IConnectionMultiplexer, KeySpace, PlantedOrderCache> plant) =>
        World.StartInstanceAsync(new InstanceSettings
        {
            Plant = provider => plant(World.Connection, provider.GetRequiredService<KeySpace>()),
        });
}
