using Mes.Chaos.Checking;
using NUnit.Framework;

namespace Mes.Tests.Unit.Chaos;

/// <summary>What events told, by hand: what the checker rejects, and the most similar that it accepts.</summary>
[Category("Unit")]
internal sealed class TellingCheckerTests
{
    private const int Webhook = 0;

    [Test]
    public void Each_version_once_in_the_feed_and_at_least_once_by_webhook_is_accepted() =>
        Assert.That(Check([(1, 1), (1, 2), (1, 3), (Webhook, 1), (Webhook, 2), (Webhook, 2), (Webhook, 3)]), Is.Empty);

    [TestCase(new[] { 1, 3, 2 }, "feed")]
    [TestCase(new[] { 1, 2, 2, 3 }, "feed")]
    [TestCase(new[] { 1, 3 }, "feed")]
    [TestCase(new[] { 1, 2 }, "feed")]
    public void In_the_feed_none_is_missing_twice_or_early(int[] told, string promise) =>
        Assert.That(
            Promises(Check([.. told.Select(version => (1, version)), (Webhook, 1), (Webhook, 2), (Webhook, 3)])),
            Is.EqualTo(new[] { promise }));

    [TestCase(1, 3, 2)]
    [TestCase(1, 2)]
    public void By_webhook_none_is_missing_or_early(params int[] told) =>
        Assert.That(
            Promises(Check([(1, 1), (1, 2), (1, 3), .. told.Select(version => (Webhook, version))])),
            Is.EqualTo(new[] { "webhook" }));

    [Test]
    public void A_follower_that_began_anew_is_told_all_again()
    {
        (int, int)[] webhook = [(Webhook, 1), (Webhook, 2), (Webhook, 3)];
        Assert.That(Check([(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), .. webhook]), Is.Empty);
        Assert.That(Check([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), .. webhook]), Has.Some.StartsWith("feed"));
    }

    [Test]
    public void After_a_version_was_told_no_read_tells_an_older_one()
    {
        foreach (var (told, read, isFound) in new[] { (35, 36, true), (35, 34, false) })
        {
            var story = new StoryBuilder().Changed(1, 1, 0, 10).Committed(1, 2, 25);
            story.Told(1, 1, read, read + 1);
            story.History.Tellings.Enqueue(Telling(story, session: 1, version: 1, at: 12));
            story.History.Tellings.Enqueue(Telling(story, session: 1, version: 2, at: told));

            Assert.That(story.Check(), isFound ? Has.Some.StartsWith("told") : Is.Empty);
        }
    }

    private static IEnumerable<string> Promises(IEnumerable<string> violations) =>
        violations.Select(violation => violation.Split(' ')[0]).Distinct();

    private static IReadOnlyList<string> Check((int Session, int Version)[] told)
    {
        var story = new StoryBuilder().Changed(1, 1, 0, 10).Changed(1, 2, 20, 30).Changed(1, 3, 40, 50);
        foreach (var ((session, version), i) in told.Select((one, i) => (one, i)))
        {
            story.History.Tellings.Enqueue(Telling(story, session, version, 100 + i));
        }

        return story.Check();
    }

    private static Telling Telling(StoryBuilder story, int session, int version, double at) => new(
        story.History.NumberOf(StoryBuilder.Id(1)),
        version,
        StoryBuilder.StatusOf(version),
        Clock.Ticks(at),
        session,
        HasWebhook: session == Webhook);
}
