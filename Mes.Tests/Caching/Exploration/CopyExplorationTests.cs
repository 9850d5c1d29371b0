using Mes.Tests.Caching.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Explores interleavings as <see cref="ExplorationTests"/> does, with readers on two instances that keep copies of
/// orders in their own memory.
/// <c>MES_EXPLORE_SEED=n ./test.sh --filter Name~A_seed_with_copies --logger "console;verbosity=detailed"</c> prints
/// the schedule of a seed.
/// </summary>
internal sealed class CopyExplorationTests : ExplorationFixture
{
    protected override int Schedules => 4000;

    protected override InstanceSettings Settings => base.Settings with
    {
        HasNearCopies = true,
        Arguments = ["--Mes:Cache:Cells=64"],
    };

    /// <summary>Each schedule has a cell, and so a change log, of its own.</summary>
    protected override async Task<CacheWorld> WorldAsync() => OwnWorld = await CacheWorld.StartAsync();

    [Test]
    public async Task No_promise_is_broken_with_copies_on_two_instances()
    {
        var exploration = await ExploreAsync(Variant.Copies, FirstSeed, Schedules);

        AssertHeld(exploration);
        Assert.That(exploration.Distinct, Is.GreaterThan(Schedules * 9 / 10), "the schedules are different");
    }

    [Test]
    public Task No_promise_is_broken_with_copies_in_schedules_of_random_seeds() =>
        AssertHeldForRandomSeedsAsync(Variant.Copies, Schedules / 4);

    [Test]
    public async Task No_promise_is_broken_with_copies_in_a_small_scenario([Values] bool hasBuilder)
    {
        var exploration = await ExploreAsync(
            Variant.Copies with
            {
                Scenario = Scenario.FewWithCopies(hasBuilder, (Fault.Evict, 1), (Fault.Late, 2), (Fault.EvictLog, 1)),
            },
            FirstSeed,
            Schedules);

        AssertHeld(exploration);
    }

    [Test]
    public async Task The_unchanged_scripts_break_no_promise_in_the_planted_cache() =>
        AssertHeld(await ExploreAsync(Variant.PlantedCopies, FirstSeed, Schedules / 4));

    [TestCaseSource(typeof(CopyGuards), nameof(CopyGuards.All))]
    public Task A_promise_is_broken_without_a_guard(Guard guard) => AssertBrokenWithoutAsync(guard);

    [Test]
    public Task A_seed_with_copies_is_a_schedule() => AssertSeedIsAScheduleAsync(Variant.Copies);
}
