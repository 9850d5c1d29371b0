using Mes.Chaos.Checking;
using NUnit.Framework;

namespace Mes.Tests.Unit.Chaos;

/// <summary>
/// Histories made by hand. For each kind of violation there is a history that the checker must reject, and the most
/// similar one that it must accept.
/// </summary>
[Category("Unit")]
internal sealed class CheckerTests
{
    private static readonly Dictionary<string, int> OneSubmitted =
        new() { ["SUBMITTED"] = 1, ["PRICE_CALCULATED"] = 0 };

    [Test]
    public void A_long_clean_history_passes()
    {
        var story = new StoryBuilder();
        for (var order = 1; order <= 20; order++)
        {
            for (var version = 1; version <= 8; version++)
            {
                var at = (order * 10) + (version * 1000);
                story.Changed(order, version, at, at + 20)
                    .Told(order, version, at + 15, at + 30)
                    .Told(order, version, at + 500, at + 501, path: ReadPath.NotModified);
            }
        }

        Assert.That(story.Check(), Is.Empty);
    }

    // G1

    [TestCase(ReadPath.Order)]
    [TestCase(ReadPath.Status)]
    [TestCase(ReadPath.NotModified)]
    [TestCase(ReadPath.History)]
    public void An_older_version_than_was_acknowledged_before_is_found(ReadPath path)
    {
        var story = new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 20, 30).Told(1, 1, 31, 32, path: path);

        AssertFound(story, "G1");
    }

    [Test]
    public void A_read_that_began_before_the_acknowledgement_may_show_the_older_version() =>
        AssertClean(new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 20, 30).Told(1, 1, 29, 40));

    [Test]
    public void An_older_version_is_allowed_to_an_answer_that_says_it_is_unverified() =>
        AssertClean(
            new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 20, 30).Told(1, 1, 31, 32, Source.Unverified));

    [Test]
    public void Acknowledgements_that_arrive_in_another_order_count_by_their_versions() =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 1).Committed(1, 2, 5).Committed(1, 3, 6).Acknowledged(1, 3, 5, 10)
                .Acknowledged(1, 2, 4, 20).Told(1, 2, 21, 22),
            "G1");

    [Test]
    public void An_order_that_is_not_there_after_it_was_acknowledged_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Told(1, 0, 11, 12, path: ReadPath.NotFound), "G1");

    [Test]
    public void An_older_version_in_a_list_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 20, 30).Listed(31, 32, 100, (1, 1, 0)), "G1");

    [Test]
    public void An_older_version_behind_a_lists_first_page_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 20, 30)
            .Listed(ReadPath.LaterPage, 31, 32, 100, (1, 1, 0)), "G1");

    [Test]
    public void An_older_version_on_the_board_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 20, 30)
            .Board(31, 32, OneSubmitted, (1, 1, "SUBMITTED")), "G1");

    [TestCase(2, false)]
    [TestCase(1, true, Description = "older than what was acknowledged")]
    [TestCase(3, true, Description = "more than there is")]
    public void Statistics_tell_every_acknowledged_change_and_no_more_than_there_are(int entered, bool isFound)
    {
        var story = new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 20, 30).Acknowledged(1, 2, 40, 50)
            .Counted(entered, 60, 70);

        Assert.That(story.Check(), Has.Count.EqualTo(isFound ? 1 : 0));
    }

    // G2

    [Test]
    public void An_unacknowledged_commit_that_does_not_show_in_two_seconds_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Unanswered(1, 20, 40).Committed(1, 2, 30)
            .Told(1, 1, 2_031, 2_032), "G2");

    [Test]
    public void It_may_take_the_two_seconds() =>
        AssertClean(
            new StoryBuilder().Changed(1, 1, 0, 10).Unanswered(1, 20, 40).Committed(1, 2, 30).Told(1, 1, 2_029, 2_040));

    [Test]
    public void It_may_take_longer_by_the_uncertainty_of_the_clocks() =>
        AssertClean(
            new StoryBuilder(clockUncertainty: 5).Changed(1, 1, 0, 10).Committed(1, 2, 30).Told(1, 1, 2_034, 2_040));

    [TestCase(Reach.NoRedis)]
    [TestCase(Reach.Refused)]
    [TestCase(Reach.NoDatabase)]
    public void The_time_does_not_run_while_no_instance_reaches_both(Reach reach) =>
        AssertClean(new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 30).Fault(reach, 1_000, 3_000, heal: 500)
            .Told(1, 1, 5_499, 5_500));

    [TestCase(Reach.NoRedis)]
    [TestCase(Reach.NoDatabase)]
    public void It_runs_again_when_that_has_healed(Reach reach) =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 30).Fault(reach, 1_000, 3_000, heal: 500)
            .Told(1, 1, 5_502, 5_503), "G2");

    [TestCase(Reach.Everyone)]
    [TestCase(Reach.NotOne)]
    public void It_runs_while_some_instance_reaches_both(Reach reach) =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 30).Fault(reach, 1_000, 3_000, heal: 500)
            .Told(1, 1, 2_031, 2_032), "G2");

    [Test]
    public void It_does_not_run_while_the_machine_stalls() =>
        AssertClean(
            new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 30).Stall(1_500, 1_900).Told(1, 1, 3_000, 3_001));

    // G3

    [Test]
    public void A_version_that_was_never_committed_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Told(1, 2, 11, 12), "G3");

    [Test]
    public void A_version_with_another_status_than_was_committed_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Told(1, 1, 11, 12, status: "CLOSED"), "G3");

    [Test]
    public void Also_an_unverified_answer_may_not_tell_what_was_never_committed() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Told(1, 2, 11, 12, Source.Unverified), "G3");

    // G4

    [Test]
    public void A_version_that_goes_back_for_one_client_is_found() =>
        AssertFound(Back(), "G4");

    [Test]
    public void It_is_found_also_when_a_middle_one_lies_between() =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 20).Committed(1, 3, 21)
                .Told(1, 3, 30, 31).Told(1, 3, 32, 33, path: ReadPath.NotModified).Told(1, 2, 40, 41),
            "G4");

    [Test]
    public void Another_client_may_be_told_the_older_version_of_an_unacknowledged_change() =>
        AssertClean(new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 20).Told(1, 2, 30, 31, client: 1)
            .Told(1, 1, 40, 41, client: 2));

    [TestCase(Source.Bypass, Source.Hit, Description = "the first instance did not reach Redis")]
    [TestCase(Source.Hit, Source.Unverified)]
    [TestCase(Source.Unverified, Source.Hit)]
    public void It_may_go_back_by_an_answer_outside_of_the_promise(Source first, Source second) =>
        AssertClean(new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 20).Told(1, 2, 30, 31, first)
            .Told(1, 1, 40, 41, second));

    [TestCase(Reach.NotOne)]
    [TestCase(Reach.NoRedis)]
    [TestCase(Reach.Refused)]
    [TestCase(Reach.NoDatabase)]
    public void It_may_go_back_while_an_instance_is_separated(Reach reach) =>
        AssertClean(Back().Fault(reach, 35, 36));

    [Test]
    public void It_may_not_go_back_while_every_instance_reaches_Redis() =>
        AssertFound(Back().Fault(Reach.Everyone, 35, 36), "G4");

    [Test]
    public void It_may_not_go_back_when_the_separation_is_long_over() =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 10).Fault(Reach.NotOne, 20, 30, heal: 100).Committed(1, 2, 2_150)
                .Told(1, 2, 2_160, 2_161).Told(1, 1, 2_170, 2_171),
            "G4");

    // G5

    [Test]
    public void An_acknowledged_version_that_the_database_does_not_have_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Acknowledged(1, 2, 20, 30), "G5");

    [Test]
    public void An_acknowledged_status_that_the_database_does_not_have_is_found() =>
        AssertFound(new StoryBuilder().Committed(1, 1, 5).Acknowledged(1, 1, 0, 10, status: "CLOSED"), "G5");

    [TestCase(30_000, 0)]
    [TestCase(5_000, 0, Description = "later than promised")]
    [TestCase(0, 5_000, Description = "board and lists")]
    public void A_cache_that_does_not_heal_in_time_is_found(double orders, double lists) =>
        AssertFound(new StoryBuilder().Fault(Reach.NoRedis, 0, 100, heal: orders, lists: lists), "G5");

    [Test]
    public void A_cache_that_heals_in_time_passes() =>
        AssertClean(new StoryBuilder().Fault(Reach.NoRedis, 0, 100, heal: 4_999, lists: 4_999));

    [TestCase(2_000, 2_500, false)]
    [TestCase(2_000, 2_300, true)]
    [TestCase(6_000, 9_000, true, Description = "after it has healed")]
    public void It_may_take_longer_by_as_much_as_the_machine_stalled_meanwhile(double from, double to, bool isFound) =>
        Assert.That(new StoryBuilder().Fault(Reach.NoRedis, 0, 100, heal: 5_400).Stall(from, to).Check(),
            Has.Count.EqualTo(isFound ? 1 : 0));

    // The database is set back

    [Test]
    public void What_the_database_lost_is_not_missed() =>
        AssertClean(SetBack()
            .Told(1, 1, 5_000, 5_001).Told(2, 0, 5_000, 5_001, path: ReadPath.NotFound).Counted(1, 5_000, 5_001)
            .Board(5_000, 5_001, OneSubmitted, (1, 1, "SUBMITTED")).Listed(5_000, 5_001, 100, (1, 1, 0)));

    [Test]
    public void Before_that_it_may_not_be_missed() =>
        AssertFound(SetBack().Told(1, 1, 900, 901), "G1");

    [Test]
    public void A_hit_that_tells_what_the_database_lost_is_found() =>
        AssertFound(SetBack().Told(1, 2, 5_000, 5_001), "G3");

    [TestCase(Source.Hit, 3_000, Description = "a licence of the old database may be alive")]
    [TestCase(Source.Unverified, 4_000, Description = "not all instances had asked the new one")]
    public void It_may_be_told_a_moment_longer(Source source, double at) =>
        AssertClean(SetBack().Fault(Reach.NoDatabase, 500, 3_000, heal: 1_500).Told(1, 2, at, at + 1, source));

    [Test]
    public void What_was_under_way_while_the_database_was_set_back_says_nothing() =>
        AssertClean(SetBack().Acknowledged(1, 3, 1_900, 2_500).Told(1, 1, 999, 1_001));

    [Test]
    public void What_the_database_kept_may_not_be_missed() =>
        AssertFound(SetBack().Told(1, 0, 5_000, 5_001, path: ReadPath.NotFound), "G1");

    [Test]
    public void The_same_version_made_anew_is_another_one() =>
        AssertClean(SetBack().Told(1, 1, 5_000, 5_001).Changed(1, 2, 6_000, 6_010).Told(1, 2, 6_011, 6_012));

    [Test]
    public void What_is_acknowledged_afterwards_may_not_be_missed() =>
        AssertFound(SetBack().Changed(1, 2, 6_000, 6_010).Told(1, 1, 6_011, 6_012), "G1");

    [Test]
    public void A_fault_that_did_not_heal_is_told_once() =>
        AssertFound(SetBack().Fault(Reach.NoRedis, 100, 200, heal: 6_000), "G5");

    // G6

    [TestCase(Reach.Everyone)]
    [TestCase(Reach.NotOne)]
    [TestCase(Reach.NoRedis)]
    public void A_read_that_is_unavailable_while_the_database_is_there_is_found(Reach reach) =>
        AssertFound(new StoryBuilder().Fault(reach, 0, 100).Failed(503, 50, 60), "G6");

    [Test]
    public void It_may_be_unavailable_while_the_database_is() =>
        AssertClean(new StoryBuilder().Fault(Reach.NoDatabase, 0, 100).Failed(503, 50, 60));

    [TestCase(2, false)]
    [TestCase(1, true)]
    public void It_may_be_unavailable_on_an_instance_that_is_being_started(byte started, bool isFound) =>
        Assert.That(
            new StoryBuilder().Fault(Reach.Everyone, 0, 100, instance: started).Failed(503, 50, 60, instance: 2)
                .Check(),
            Has.Count.EqualTo(isFound ? 1 : 0));

    [Test]
    public void An_error_of_the_service_is_found_whatever_is_away() =>
        AssertFound(new StoryBuilder().Fault(Reach.NoDatabase, 0, 100, instance: 2).Failed(500, 50, 60), "G6");

    [Test]
    public void No_answer_is_no_proof() => AssertClean(new StoryBuilder().Failed(0, 50, 60));

    [TestCase(3_001, 1_000, true)]
    [TestCase(3_001, 999, false)]
    [TestCase(2_990, 1_000, false, Description = "began before it can have been noticed")]
    [TestCase(8_001, 1_000, false, Description = "began when it was over")]
    public void Changes_that_all_wait_while_Redis_refuses_are_found(double from, double took, bool isFound) =>
        Assert.That(
            new StoryBuilder().Fault(Reach.Refused, 0, 8_000).Changed(1, 1, from, from + took)
                .Changed(2, 1, from, from + took).Check(),
            Has.Count.EqualTo(isFound ? 1 : 0));

    [TestCase(Reach.NoRedis)]
    [TestCase(Reach.NoDatabase)]
    public void They_may_wait_while_something_is_away(Reach reach) =>
        AssertClean(new StoryBuilder().Fault(reach, 0, 8_000).Changed(1, 1, 4_000, 6_000));

    [Test]
    public void Some_of_them_may_wait() =>
        AssertClean(new StoryBuilder().Fault(Reach.Refused, 0, 8_000).Changed(1, 1, 4_000, 6_000)
            .Changed(2, 1, 4_000, 4_010).Changed(3, 1, 4_000, 4_010));

    [Test]
    public void They_may_wait_while_the_machine_stalls() =>
        AssertClean(new StoryBuilder().Fault(Reach.Refused, 0, 8_000).Changed(1, 1, 4_000, 6_000).Stall(4_500, 5_500));

    [TestCase(5, true)]
    [TestCase(4, false)]
    public void That_none_is_acknowledged_while_Redis_refuses_is_found(int count, bool isFound)
    {
        var story = new StoryBuilder().Fault(Reach.Refused, 0, 8_000);
        for (var order = 1; order <= count; order++)
        {
            story.Unanswered(order, 4_000, 12_000);
        }

        Assert.That(story.Check(), Has.Count.EqualTo(isFound ? 1 : 0));
    }

    // Nothing is missing

    [Test]
    public void An_acknowledged_order_that_is_missing_from_a_list_with_room_is_found() =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 10).Changed(2, 1, 20, 30).Listed(31, 32, 100, (2, 1, 20)), "missing");

    [Test]
    public void An_order_that_newer_ones_pushed_out_of_a_full_list_is_not_missing() =>
        AssertClean(new StoryBuilder().Changed(1, 1, 0, 10).Changed(2, 1, 20, 30).Listed(31, 32, 1, (2, 1, 20)));

    [Test]
    public void An_order_that_is_newer_than_the_last_of_a_full_list_is_missing() =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 10).Changed(2, 1, 20, 30).Changed(3, 1, 40, 50)
                .Listed(60, 61, 2, (3, 1, 40), (1, 1, 0)),
            "missing");

    [Test]
    public void An_order_need_not_be_on_a_page_behind_the_first() =>
        AssertClean(new StoryBuilder().Changed(1, 1, 0, 10).Changed(2, 1, 20, 30)
            .Listed(ReadPath.LaterPage, 31, 32, 1, (1, 1, 0)));

    [Test]
    public void An_order_that_was_acknowledged_only_after_the_list_was_asked_for_is_not_missing() =>
        AssertClean(new StoryBuilder().Changed(1, 1, 0, 10).Listed(9, 20, 100));

    [Test]
    public void An_active_order_that_is_missing_from_the_board_is_found() =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 10).Changed(2, 1, 0, 10)
                .Board(31, 32, OneSubmitted, (2, 1, "SUBMITTED")),
            "missing");

    [Test]
    public void An_order_that_ended_before_the_board_came_is_not_missing() =>
        AssertClean(Ended(at: 40).Board(31, 45, []));

    [Test]
    public void An_order_that_ended_only_after_the_board_came_is_missing() =>
        AssertFound(Ended(at: 50).Board(31, 45, []), "missing");

    [Test]
    public void An_order_may_stand_where_a_column_is_cut_short() =>
        AssertClean(
            new StoryBuilder().Changed(1, 1, 0, 10).Changed(2, 1, 0, 10)
                .Board(31, 32, 1, new() { ["SUBMITTED"] = 2 }, (2, 1, "SUBMITTED")));

    // One answer is one snapshot

    [Test]
    public void An_order_that_stands_twice_in_an_answer_is_found() =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 20)
                .Board(31, 32, new() { ["SUBMITTED"] = 1, ["PRICE_CALCULATED"] = 1 }, (1, 1, "SUBMITTED"),
                    (1, 2, "PRICE_CALCULATED")),
            "one snapshot");

    [Test]
    public void An_order_that_stands_twice_in_a_list_is_found() =>
        AssertFound(new StoryBuilder().Changed(1, 1, 0, 10).Listed(31, 32, 100, (1, 1, 0), (1, 1, 0)), "one snapshot");

    [Test]
    public void An_order_under_another_status_is_found() =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 10)
                .Board(31, 32, new() { ["PRICE_CALCULATED"] = 1 }, (1, 1, "PRICE_CALCULATED")),
            "one snapshot");

    [TestCase(0)]
    [TestCase(2)]
    public void A_count_that_is_not_that_of_the_cards_is_found(int count) =>
        AssertFound(
            new StoryBuilder().Changed(1, 1, 0, 10).Board(31, 32, new() { ["SUBMITTED"] = count }, (1, 1, "SUBMITTED")),
            "one snapshot");

    [Test]
    public void A_complete_board_passes() =>
        AssertClean(new StoryBuilder().Changed(1, 1, 0, 10).Board(31, 32, OneSubmitted, (1, 1, "SUBMITTED")));

    /// <summary>
    /// Between 1000 and 2000 the database is restored to its state at 100: order 1 in its first version, no order 2.
    /// </summary>
    private static StoryBuilder SetBack() =>
        new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 200, 210).Changed(2, 1, 220, 230)
            .Restored(to: 100, taken: 1_000, back: 2_000);

    private static StoryBuilder Back() =>
        new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 20).Told(1, 2, 30, 31).Told(1, 1, 40, 41);

    private static StoryBuilder Ended(double at)
    {
        var story = new StoryBuilder();
        for (var version = 1; version <= 7; version++)
        {
            story.Changed(1, version, version, version + 0.5);
        }

        return story.Committed(1, 8, at);
    }

    private static void AssertFound(StoryBuilder story, string promise)
    {
        var violations = story.Check();

        Assert.That(violations, Has.Count.EqualTo(1));
        Assert.That(violations[0], Does.StartWith(promise));
    }

    private static void AssertClean(StoryBuilder story) => Assert.That(story.Check(), Is.Empty);
}
