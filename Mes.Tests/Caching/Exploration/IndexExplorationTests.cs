using NUnit.Framework;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Explores interleavings as <see cref="ExplorationTests"/> does, with readers of the board or of a seller's lists on
/// two instances, and builders of its indexes.
/// <c>MES_EXPLORE_SEED=n ./test.sh --filter Name~A_seed_with_indexes --logger "console;verbosity=detailed"</c> prints
/// the schedule of a seed.
/// </summary>
internal sealed class IndexExplorationTests : ExplorationFixture
{
    protected override int Schedules => 4000;

    [Test]
    public async Task No_promise_is_broken_on_the_board_and_in_lists()
    {
        var exploration = await ExploreAsync(Variant.Indexes, FirstSeed, Schedules);

        AssertHeld(exploration);
        Assert.That(exploration.Distinct, Is.GreaterThan(Schedules * 9 / 10), "the schedules are different");
    }

    [Test]
    public Task No_promise_is_broken_on_the_board_and_in_lists_in_schedules_of_random_seeds() =>
        AssertHeldForRandomSeedsAsync(Variant.Indexes, Schedules / 4);

    [Test]
    public async Task The_unchanged_scripts_break_no_promise_in_the_planted_cache() =>
        AssertHeld(await ExploreAsync(Variant.PlantedIndexes, FirstSeed, Schedules / 4));

    [TestCaseSource(typeof(IndexGuards), nameof(IndexGuards.All))]
    public Task A_promise_is_broken_without_a_guard(Guard guard) => AssertBrokenWithoutAsync(guard);

    [Test]
    public Task A_seed_with_indexes_is_a_schedule() => AssertSeedIsAScheduleAsync(Variant.Indexes);
}
