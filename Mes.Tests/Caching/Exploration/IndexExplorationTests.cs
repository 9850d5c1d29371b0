using System.Globalization;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Explores interleavings as <see cref="ExplorationTests"/> does, with readers of the board or of a seller's lists on
/// two instances, and builders of its indexes.
/// <c>MES_EXPLORE_SEED=n ./test.sh --filter Name~A_seed_with_indexes --logger "console;verbosity=detailed"</c> prints
/// the schedule of a seed.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class IndexExplorationTests
{
    private const int FirstSeed = 1;
    private const int Schedules = 4000;

    /// <inheritdoc cref="ExplorationTests.GuardSchedules"/>
    private const int GuardSchedules = 3 * Schedules;

    private CacheWorld _world = null!;
    private Instance _instance = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await CacheWorld.SharedAsync();
        _instance = await _world.StartInstanceAsync(new InstanceSettings
        {
            Services = services => services.Configure<CacheOptions>(options => options.Lease = TimeSpan.FromHours(1)),
        });
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_instance);

    [Test]
    public async Task No_promise_is_broken_on_the_board_and_in_lists()
    {
        var exploration = await ExploreAsync(Variant.Indexes, FirstSeed, Schedules);

        Assert.That(exploration.First, Is.Null, () => $"{exploration.First}");
        Assert.That(exploration.Distinct, Is.GreaterThan(Schedules * 9 / 10), "the schedules are different");
    }

    [Test]
    public async Task No_promise_is_broken_on_the_board_and_in_lists_in_schedules_of_random_seeds()
    {
        var exploration = await ExploreAsync(
            Variant.Indexes, Random.Shared.Next(1_000_000, int.MaxValue - Schedules), Schedules / 4);

        Assert.That(exploration.First, Is.Null, () => $"{exploration.First}");
    }

    [Test]
    public async Task The_unchanged_scripts_break_no_promise_in_the_planted_cache()
    {
        var exploration = await ExploreAsync(Variant.PlantedIndexes, FirstSeed, Schedules / 4);

        Assert.That(exploration.First, Is.Null, () => $"{exploration.First}");
    }

    [TestCaseSource(typeof(IndexGuards), nameof(IndexGuards.All))]
    public async Task A_promise_is_broken_without_a_guard(Guard guard)
    {
        var exploration = await ExploreAsync(guard.Without, FirstSeed, GuardSchedules, untilFound: true);

        Assert.That(exploration.First, Is.Not.Null);
    }

    [Test]
    public async Task A_seed_with_indexes_is_a_schedule()
    {
        var seed = Environment.GetEnvironmentVariable("MES_EXPLORE_SEED") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : FirstSeed;
        await using var explorer = new Explorer(_instance, _world.Connection, Variant.Indexes);

        var one = await explorer.RunAsync(seed);
        var again = await explorer.RunAsync(seed);

        TestContext.Out.WriteLine($"{one.Name}:{Environment.NewLine}{string.Join(Environment.NewLine, one.Log)}");
        Assert.That(again.Log, Is.EqualTo(one.Log));
        Assert.That(one.Violation, Is.Null);
    }

    private async Task<Exploration> ExploreAsync(Variant variant, int firstSeed, int count, bool untilFound = false)
    {
        await using var explorer = new Explorer(_instance, _world.Connection, variant);
        var exploration = await explorer.ExploreAsync(firstSeed, count, untilFound);
        TestContext.Out.WriteLine(exploration);
        return exploration;
    }
}
