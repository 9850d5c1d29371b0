using Mes.Benchmarks.Peers;
using NUnit.Framework;

namespace Mes.Tests.Unit.Benchmarks;

[Category("Unit")]
internal sealed class TargetsTests
{
    private const string Board = "the board under 200 changes a second, against the best contender";
    private const string Mixed = "95/5, against the best contender without stale answers";

    [Test]
    public void What_was_not_measured_is_neither_reached_nor_missed() =>
        Assert.That(
            Targets.Of(new PeersResults()).Select(target => target.IsReached), Has.All.Null);

    [TestCase(1050, true)]
    [TestCase(1040, false)]
    public void A_ratio_is_held_against_its_bound(double perSecond, bool isReached)
    {
        var results = With("status-32", (Contender.Service, [perSecond], 0), (Contender.Bare, [1000], 0));

        Assert.That(
            Find(results, "status hit, 32 connections, against the bare limit (a)").IsReached, Is.EqualTo(isReached));
    }

    [Test]
    public void The_best_contender_is_neither_the_bare_limit_nor_the_service_itself()
    {
        var results = With(
            "board", (Contender.Service, [1000, 1000], 0), (Contender.Bare, [5000, 5000], 0),
            ("aside", [90, 110], 0), ("hybrid", [50, 50], 0));

        Assert.That(
            Find(results, Board),
            Has.Property("Measured").EqualTo(10.1).Within(0.01).And.Property("Against").Contains("by hand"));
    }

    [Test]
    public void A_contender_with_stale_answers_does_not_count()
    {
        var results = With(
            "mixed", (Contender.Service, [1000], 0), ("hybrid-local", [900], 1), (Contender.Database, [100], 0));

        Assert.That(Find(results, Mixed).Measured, Is.EqualTo(10));
    }

    [Test]
    public void A_single_stale_answer_of_the_service_misses_the_bound()
    {
        var results = With("mixed", (Contender.Service, [1000, 1000], 1));

        Assert.That(Find(results, "stale answers of the service, in all parts").IsReached, Is.False);
    }

    private static Target Find(PeersResults results, string what) =>
        Targets.Of(results).Single(target => target.What == what);

    /// <param name="contenders">Each with its requests a second by round, and its stale answers of every round.</param>
    private static PeersResults With(
        string part, params (string Name, double[] PerSecond, long Stale)[] contenders) =>
        new()
        {
            Parts = new()
            {
                [part] = new PartResult(DateTimeOffset.UnixEpoch, 1000, 1, 1)
                {
                    Rounds = contenders.ToDictionary(
                        contender => contender.Name,
                        contender => contender.PerSecond.Select(perSecond => new Round(
                            new Outcome(1000, perSecond, 1, 1, 1, 1, 0, Checked: 10, contender.Stale),
                            new Costs(1, 1, 1, 1, 1))).ToList()),
                },
            },
        };
}
