using Mes.Infrastructure.Coordination;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Mes.Tests.Unit.Licensing;

/// <summary>How an instance interprets the database's answers, by its own clock alone.</summary>
[Category("Unit")]
internal sealed class PollHistoryTests
{
    private static readonly TimeSpan Little = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new(Given.Noon);
    private PollHistory _history = null!;

    [SetUp]
    public void Begin() => _history = new PollHistory(_clock);

    [Test]
    public void An_epoch_is_usable_once_it_was_watched_for_long_enough_counted_from_the_arrival_of_the_answer()
    {
        var asked = Ask();
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.That(Accept(asked).Cells[0].IsEpochUsable, Is.False);

        _clock.Advance(LicenceTerms.AllExpired - 2 * Little);
        Assert.That(
            AskAndAccept().Cells[0].IsEpochUsable, Is.False, "the database may have granted licences until the answer came");

        _clock.Advance(Little);
        Assert.That(AskAndAccept().Cells[0].IsEpochUsable, Is.True);
        Assert.That(AskAndAccept(answer => answer with { Cells = [Cell() with { Epoch = 8 }] }).Cells[0].IsEpochUsable,
            Is.False, "another epoch");
    }

    [Test]
    public void A_settled_epoch_is_usable_at_once()
    {
        Assert.That(AskAndAccept(answer =>
            answer with { Cells = [Cell() with { IsSettled = true }] }).Cells[0].IsEpochUsable, Is.True);
    }

    [Test]
    public void A_data_set_that_was_named_whenever_it_was_asked_may_have_been_named_at_any_time()
    {
        AskAndAccept();
        Assert.That(AskAndAccept().Cells[0].NotNamedAt, Is.Null);
    }

    [Test]
    public void A_data_set_was_named_after_the_last_answer_that_had_another_was_asked_for()
    {
        AskAndAccept();
        _clock.Advance(Little);
        var before = Ask();
        Accept(before);
        _clock.Advance(TimeSpan.FromSeconds(3));

        var state = AskAndAccept(answer => answer with { Cells = [Cell() with { DataSet = "other" }] }).Cells[0];
        Assert.That(state.NotNamedAt, Is.EqualTo(before.AskedAt));

        _clock.Advance(TimeSpan.FromSeconds(3));
        state = AskAndAccept(answer => answer with { Cells = [Cell() with { DataSet = "other", Epoch = 8 }] }).Cells[0];
        Assert.That(state.NotNamedAt, Is.EqualTo(before.AskedAt),
            "a new epoch of the same data set does not change its name (bug class 37)");
    }

    [Test]
    public void An_answer_that_comes_after_that_to_a_later_question_is_no_news()
    {
        var late = Ask() with { Cells = [Cell() with { Epoch = 6 }] };
        _clock.Advance(Little);
        var latest = AskAndAccept();

        Assert.That(Accept(late), Is.SameAs(latest));
        Assert.That(_history.Latest, Is.SameAs(latest));
    }

    [TestCase("other", TestName = "Class_41_in_another_database_the_epoch_is_not_used")]
    [TestCase(null, TestName = "Class_41_in_a_database_that_only_follows_another_the_epoch_is_not_used")]
    public void Class_41_in_another_database_the_epoch_is_not_used(string? database)
    {
        var before = AskAndAccept();
        Assert.That(before.Cells[0].IsOfThisDatabase, Is.True);

        var after = AskAndAccept(answer => answer with { Database = database });

        Assert.That(after.Cells[0].IsOfThisDatabase, Is.False);
        Assert.That(after.DatabaseGeneration, Is.Not.EqualTo(before.DatabaseGeneration));
    }

    [Test]
    public void Another_revision_of_the_API_keys_shows_and_the_same_one_does_not()
    {
        var first = AskAndAccept();
        Assert.That(AskAndAccept().ApiKeyRevision, Is.EqualTo(first.ApiKeyRevision));

        var other = AskAndAccept(answer => answer with { ApiKeyRevision = 2 });

        Assert.That(other.ApiKeyRevision, Is.Not.EqualTo(first.ApiKeyRevision));
        Assert.That(other.DatabaseGeneration, Is.EqualTo(first.DatabaseGeneration));
    }

    [Test]
    public void Class_41_a_database_that_has_gone_back_is_not_used_until_new_epochs_have_begun()
    {
        AskAndAccept(answer => answer with { Position = 1000 });

        var gone = AskAndAccept(answer => answer with { Position = 900 });
        var later = AskAndAccept(answer => answer with { Position = 2000 });
        Assert.Multiple(() =>
        {
            Assert.That(gone.Cells[0].IsOfThisDatabase, Is.False);
            Assert.That(
                later.Cells[0].IsOfThisDatabase, Is.False, "it has grown since, but is still the restored database");
            Assert.That(_history.HasGoneBack, Is.True);
            Assert.That(gone.DatabaseGeneration, Is.EqualTo(1));
            Assert.That(later.DatabaseGeneration, Is.EqualTo(1));
        });

        _history.NewEpochsStarted();

        Assert.That(AskAndAccept(answer =>
            answer with { Position = 2001, Cells = [Cell() with { Epoch = 8 }] }).Cells[0].IsOfThisDatabase, Is.True);
    }

    [Test]
    public void A_position_that_was_read_before_a_higher_one_is_no_step_back()
    {
        // Two polls are under way at once, and the database answers the later one first.
        var before = _history.Position;
        var first = Ask() with { Position = 1000 };
        _clock.Advance(Little);
        var second = Ask() with { Position = 900 };

        _history.Accept(first, before);
        Assert.That(_history.Accept(second, before).Cells[0].IsOfThisDatabase, Is.True);
    }

    private static PollResult.Cell Cell() =>
        new(Epoch: 7, "data", "this", Layout: 3, IsSettled: false, IsOutage: false);

    private PollResult Ask() =>
        new(_clock.GetTimestamp(), _clock.GetUtcNow(), "this", null, 1, [Cell()], new HashSet<Guid>(), 0);

    private DatabaseState Accept(PollResult answer) => _history.Accept(answer, _history.Position);

    private DatabaseState AskAndAccept(Func<PollResult, PollResult>? change = null)
    {
        _clock.Advance(Little);
        var answer = Ask();
        return Accept(change is null ? answer : change(answer));
    }
}
