using Mes.Application.Messaging;
using Mes.Application.Orders.ReleaseOrder;
using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Finds what the other tests do not think of: thousands of interleavings of writers, readers, the relay and faults,
/// each decided by its seed, and all interleavings of a few calls. Licences are alive throughout; the chaos run covers
/// what happens without them.
/// <c>MES_EXPLORE_SEED=n ./test.sh --filter Name~A_seed --logger "console;verbosity=detailed"</c> prints the schedule
/// of a seed.
/// </summary>
internal sealed class ExplorationTests : ExplorationFixture
{
    public static IEnumerable<TestCaseData> Small =>
    [
        Case("a writer, a reader", 1, 1, 100),
        Case("a writer, a reader, an eviction", 1, 1, 100, Fault.Evict),
        Case("two writers, each of which may have to wait", 2, 0, 2),
        Case("two writers, an eviction", 2, 0, 1, Fault.Evict),
    ];

    protected override int Schedules => 6000;

    [Test]
    public async Task No_promise_is_broken_in_thousands_of_schedules()
    {
        var exploration = await ExploreAsync(Variant.Real, FirstSeed, Schedules);

        AssertHeld(exploration);
        Assert.That(exploration.Distinct, Is.GreaterThan(Schedules * 9 / 10), "the schedules are different");
    }

    [Test]
    public Task No_promise_is_broken_in_schedules_of_random_seeds() =>
        AssertHeldForRandomSeedsAsync(Variant.Real, Schedules / 6);

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
    public Task A_promise_is_broken_without_a_guard(Guard guard) => AssertBrokenWithoutAsync(guard);

    [Test]
    public async Task The_unchanged_scripts_break_no_promise_in_the_planted_cache() =>
        AssertHeld(await ExploreAsync(Variant.Planted, FirstSeed, Schedules / 6));

    [Test]
    public Task A_seed_is_a_schedule() => AssertSeedIsAScheduleAsync(Variant.Real);

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
}
