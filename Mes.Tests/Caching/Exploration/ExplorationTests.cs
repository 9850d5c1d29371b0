using System.Globalization;
using Mes.Application.Messaging;
using Mes.Application.Orders.ReleaseOrder;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Finds what the other tests do not think of: thousands of interleavings of writers, readers, the relay and faults,
/// each decided by its seed, and all interleavings of a few calls. Licences are alive throughout; the chaos run covers
/// what happens without them.
/// <c>MES_EXPLORE_SEED=n ./test.sh --filter Name~A_seed --logger "console;verbosity=detailed"</c> prints the schedule
/// of a seed.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class ExplorationTests
{
    private const int FirstSeed = 1;
    private const int Schedules = 6000;

    /// <summary>
    /// Without any one guard a violation is found within <see cref="Schedules"/>. This number is larger, because a
    /// change of the service may change the schedule that a seed stands for.
    /// </summary>
    private const int GuardSchedules = 3 * Schedules;

    private CacheWorld _world = null!;
    private Instance _instance = null!;

    public static IEnumerable<TestCaseData> Small =>
    [
        Case("a writer, a reader", 1, 1, 100),
        Case("a writer, a reader, an eviction", 1, 1, 100, Fault.Evict),
        Case("two writers, each of which may have to wait", 2, 0, 2),
        Case("two writers, an eviction", 2, 0, 1, Fault.Evict),
    ];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await CacheWorld.SharedAsync();
        _instance = await _world.StartInstanceAsync(new InstanceSettings
        {
            // A schedule decides when a lease ends, not the clock.
            Services = services => services.Configure<CacheOptions>(options => options.Lease = TimeSpan.FromHours(1)),
        });
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_instance);

    [Test]
    public async Task No_promise_is_broken_in_thousands_of_schedules()
    {
        var exploration = await ExploreAsync(Variant.Real, FirstSeed, Schedules);

        AssertHeld(exploration);
        Assert.That(exploration.Distinct, Is.GreaterThan(Schedules * 9 / 10), "the schedules are different");
    }

    [Test]
    public async Task No_promise_is_broken_in_schedules_of_random_seeds()
    {
        var firstSeed = Random.Shared.Next(1_000_000, int.MaxValue - Schedules);

        AssertHeld(await ExploreAsync(Variant.Real, firstSeed, Schedules / 6));
    }

    [TestCaseSource(nameof(Small))]
    public async Task No_promise_is_broken_in_any_schedule_of_a_small_scenario(Scenario scenario, int preemptions)
    {
        await using var explorer = Explorer(Variant.Real);

        var exploration = await explorer.ExhaustAsync(scenario, preemptions);

        TestContext.Out.WriteLine(exploration);
        AssertHeld(exploration);
        Assert.That(exploration.Distinct, Is.EqualTo(exploration.Schedules), "the explorer runs each schedule once");
    }

    [TestCaseSource(typeof(Guard), nameof(Guard.All))]
    public async Task A_promise_is_broken_without_a_guard(Guard guard)
    {
        var exploration = await ExploreAsync(guard.Without, FirstSeed, GuardSchedules, untilFound: true);

        Assert.That(exploration.First, Is.Not.Null);
    }

    [Test]
    public async Task The_unchanged_scripts_break_no_promise_in_the_planted_cache() =>
        AssertHeld(await ExploreAsync(Variant.Planted, FirstSeed, Schedules / 6));

    [Test]
    public async Task A_seed_is_a_schedule()
    {
        var seed = Environment.GetEnvironmentVariable("MES_EXPLORE_SEED") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : FirstSeed;
        await using var explorer = Explorer(Variant.Real);

        var one = await explorer.RunAsync(seed);
        var again = await explorer.RunAsync(seed);

        TestContext.Out.WriteLine($"{one.Name}:{Environment.NewLine}{string.Join(Environment.NewLine, one.Log)}");
        Assert.That(again.Log, Is.EqualTo(one.Log));
        Assert.That(one.Violation, Is.Null);
    }

    private static void AssertHeld(Exploration exploration) =>
        Assert.That(exploration.First, Is.Null, () => $"{exploration.First}");

    private static TestCaseData Case(string name, int writers, int reads, int preemptions, params Fault[] faults) =>
        new TestCaseData(
        new Scenario
        {
            Writers = [.. new Func<Guid, IOrderCommand>[][]
            {
                [Commands.Claim],
                [id => new ReleaseOrder(id, Commands.Crm, EntityTagCondition.None, "the operator is gone")],
            }.Take(writers)],
            Readers = [.. Enumerable.Repeat(1, reads)],
            IsUnhurried = true,
            Faults = faults.ToDictionary(fault => fault, _ => 1),
        },
        preemptions).SetArgDisplayNames(name);

    private async Task<Exploration> ExploreAsync(Variant variant, int firstSeed, int count, bool untilFound = false)
    {
        await using var explorer = Explorer(variant);
        var exploration = await explorer.ExploreAsync(firstSeed, count, untilFound);
        TestContext.Out.WriteLine(exploration);
        return exploration;
    }

    private Explorer Explorer(Variant variant) => new(_instance, _world.Connection, variant);
}
