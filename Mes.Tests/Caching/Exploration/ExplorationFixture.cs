using System.Globalization;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.Exploration;

/// <summary>What the fixtures of the explorer share: the instance, the seeds, and what must hold.</summary>
[Category("Servers")]
[NonParallelizable]
internal abstract class ExplorationFixture
{
    protected const int FirstSeed = 1;

    private CacheWorld? _world;
    private Instance? _instance;

    protected abstract int Schedules { get; }

    /// <summary>The world that ends with the fixture; null for the shared one.</summary>
    protected CacheWorld? OwnWorld { get; set; }

    protected virtual InstanceSettings Settings => new()
    {
        // A schedule decides when a lease ends, not the clock.
        Services = services => services.Configure<CacheOptions>(options => options.Lease = TimeSpan.FromHours(1)),
    };

    /// <summary>
    /// Without any one guard a violation is found within <see cref="Schedules"/>. This number is larger, because a
    /// change of the service may change the schedule that a seed stands for.
    /// </summary>
    private int GuardSchedules => 3 * Schedules;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await WorldAsync();
        _instance = await _world.StartInstanceAsync(Settings);
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_instance, OwnWorld);

    protected virtual Task<CacheWorld> WorldAsync() => CacheWorld.SharedAsync();

    protected static void AssertHeld(Exploration exploration) =>
        Assert.That(exploration.First, Is.Null, () => $"{exploration.First}");

    protected Explorer Explorer(Variant variant) => new(_instance!, _world!.Connection, variant);

    protected async Task<Exploration> ExploreAsync(Variant variant, int firstSeed, int count, bool untilFound = false)
    {
        await using var explorer = Explorer(variant);
        var exploration = await explorer.ExploreAsync(firstSeed, count, untilFound);
        TestContext.Out.WriteLine(exploration);
        return exploration;
    }

    protected async Task AssertHeldForRandomSeedsAsync(Variant variant, int count)
    {
        var firstSeed = Random.Shared.Next(1_000_000, int.MaxValue - Schedules);

        AssertHeld(await ExploreAsync(variant, firstSeed, count));
    }

    protected async Task AssertBrokenWithoutAsync(Guard guard)
    {
        var exploration = await ExploreAsync(guard.Without, FirstSeed, GuardSchedules, untilFound: true);

        Assert.That(exploration.First, Is.Not.Null);
    }

    /// <summary>Runs the schedule of one seed twice, and prints it.</summary>
    protected async Task AssertSeedIsAScheduleAsync(Variant variant)
    {
        var seed = Environment.GetEnvironmentVariable("MES_EXPLORE_SEED") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : FirstSeed;
        await using var explorer = Explorer(variant);

        var one = await explorer.RunAsync(seed);
        var again = await explorer.RunAsync(seed);

        TestContext.Out.WriteLine($"{one.Name}:{Environment.NewLine}{string.Join(Environment.NewLine, one.Log)}");
        Assert.That(again.Log, Is.EqualTo(one.Log));
        Assert.That(one.Violation, Is.Null);
    }
}
