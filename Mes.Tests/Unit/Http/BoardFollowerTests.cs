using System.Text;
using Mes.Api.Board.Live;
using Mes.Application.Events;
using Mes.Domain.Callers;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

/// <summary>What a stream is sent when it takes less often than there is news.</summary>
[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BoardFollowerTests
{
    private static readonly Guid A = new("019c13e5-7a00-7000-8000-00000000000a");
    private static readonly Guid B = new("019c13e5-7a00-7000-8000-00000000000b");

    private readonly BoardFollower _follower = new(default, new Caller(Role.Operator, "anna"), "key", Place(0));

    [Test]
    public async Task Only_the_last_event_says_that_all_were_sent()
    {
        _follower.Add([Card(A, 1), Card(B, 1)], Place(1));
        _follower.Add([Card(A, 2)], Place(2));

        Assert.That(await TakeAsync(), Is.EqualTo("B1@0 A2@2"));
    }

    [Test]
    public async Task Nothing_older_than_what_waits_is_added()
    {
        _follower.Add([Card(A, 3)], Place(1));
        _follower.Add([Card(A, 2)], Place(2));

        Assert.That(await TakeAsync(), Is.EqualTo("A3@2"));
    }

    [Test]
    public async Task Counts_are_not_older_than_the_cards_before_them()
    {
        _follower.Add([Card(A, 1)], Place(1));
        _follower.AddCounts(Text("counts"));
        _follower.Add([Card(A, 2)], Place(2));

        Assert.That(await TakeAsync(), Is.EqualTo("counts@0 A2@2"));

        _follower.AddCounts(Text("old"));
        _follower.Add([Card(B, 1)], Place(3));
        _follower.AddCounts(Text("new"));

        Assert.That(await TakeAsync(), Is.EqualTo("B1@2 new@3"));
    }

    [Test]
    public async Task Too_many_cards_are_replaced_by_a_reset_from_where_the_feed_is()
    {
        for (var i = 0; i <= BoardFollower.MaxCards; i++)
        {
            _follower.Add([Card(new Guid(i, 0, 0, new byte[8]), 1)], Place(i));
        }

        _follower.Add([Card(A, 1)], Place(2_000));
        Assert.That(await TakeAsync(), Is.EqualTo("reset@2000"));

        _follower.Add([Card(B, 1)], Place(2_001));
        Assert.That(await TakeAsync(), Is.EqualTo("B1@2001"));
    }

    [Test]
    public async Task Until_a_follower_has_caught_up_no_id_tells_of_more_than_was_sent()
    {
        _follower.CatchUpFrom(Place(-5));
        _follower.Add([Card(A, 3)], Place(1));
        _follower.AddBeat(Text("beat"));
        Assert.That(await TakeAsync(), Is.EqualTo("beat@-5"));

        _follower.CaughtUp([Card(A, 2), Card(B, 7)]);

        Assert.That(await TakeAsync(), Is.EqualTo("A3@-5 B7@1"));
    }

    [Test]
    public async Task What_was_missed_is_not_told_after_a_reset()
    {
        _follower.CatchUpFrom(Place(-5));
        _follower.Reset();
        Assert.That(await TakeAsync(), Is.EqualTo("reset@0"));

        _follower.CaughtUp([Card(A, 1)]);
        _follower.AddBeat(Text("beat"));

        Assert.That(await TakeAsync(), Is.EqualTo("beat@0"));
    }

    private static FeedPlace Place(long number) => new(new EventPosition(number, number), Text($"@{number} "));

    private static LiveCard Card(Guid id, int version) =>
        new(id, version, Text($"{(id == A ? 'A' : 'B')}{version}"));

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private async Task<string> TakeAsync()
    {
        var taken = await _follower.TakeAsync(CancellationToken.None);
        return string.Concat(taken.Select(Encoding.ASCII.GetString))
            .Replace("event: reset\ndata: {}\n", "reset", StringComparison.Ordinal).TrimEnd();
    }
}
