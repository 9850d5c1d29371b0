using Mes.Api.Http;
using Mes.Domain.Callers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CallerSharesTests : IDisposable
{
    private static readonly RequestCost List = new(1, OfFullPage: 7);

    private readonly FakeTimeProvider _clock = new();
    private readonly FairnessOptions _options = new() { MaxWaiting = 40 };
    private readonly CallerShares _shares;
    private readonly int _permits;

    public CallerSharesTests()
    {
        _shares = new CallerShares(Options.Create(_options), _clock);
        _permits = _options.PermitsPerProcessor * Environment.ProcessorCount;
    }

    public void Dispose() => _shares.Dispose();

    [Test]
    public async Task A_caller_has_its_share_and_then_waits_for_itself_alone()
    {
        var held = new List<CallerShares.Share?>();
        for (var i = 0; i < _permits; i++)
        {
            held.Add(await Enter(Given.Alpha));
        }

        var waiting = Enter(Given.Alpha);
        Assert.That(waiting.IsCompleted, Is.False);
        Assert.That(
            Enter(new Caller(Role.Seller, Given.Alpha.Id)).IsCompleted, Is.False, "another key of the same seller");
        Assert.That(await Enter(Given.Beta), Is.Not.Null, "another seller");
        Assert.That(await Enter(new Caller(Role.Operator, Given.Alpha.Id)), Is.Not.Null,
            "a caller of the same name in another role");

        held[0]!.Value.Dispose();
        Assert.That(await waiting, Is.Not.Null);
    }

    [Test]
    public async Task Lists_cost_by_their_length_and_do_not_keep_the_callers_polls_waiting()
    {
        for (var i = 0; i < _permits / 8; i++)
        {
            Assert.That(await Enter(Given.Alpha, List, "?limit=100"), Is.Not.Null);
        }

        Assert.That(Enter(Given.Alpha, List, "?limit=100").IsCompleted, Is.False);
        Assert.That(await Enter(Given.Alpha), Is.Not.Null);
    }

    [TestCase("", 8)]
    [TestCase("?limit=100", 8)]
    [TestCase("?limit=50", 4)]
    [TestCase("?limit=1", 1)]
    [TestCase("?limit=0", 8)]
    [TestCase("?limit=101", 8)]
    [TestCase("?limit=1&limit=1", 8)]
    [TestCase("?limit=x", 8)]
    public void A_list_costs_by_its_limit_and_the_most_where_that_is_none(string query, int cost) =>
        Assert.That(List.Of(Request(query).Request), Is.EqualTo(cost));

    [Test]
    public async Task What_waits_hands_its_permit_back_so_that_what_does_not_can_go_on()
    {
        for (var i = 0; i < _permits; i++)
        {
            await Enter(Given.Alpha);
        }

        var waiting = Enter(Given.Alpha);
        _clock.Advance(CallerShares.Term * 2);

        Assert.That(
            await waiting, Is.Not.Null, "those before it wait for a database, not for a processor (bug class 24)");
    }

    [Test]
    public async Task A_permit_that_was_taken_back_is_not_given_back_again()
    {
        var first = await Enter(Given.Alpha);
        _clock.Advance(CallerShares.Term * 2);
        first!.Value.Dispose();

        for (var i = 0; i < _permits; i++)
        {
            Assert.That(await Enter(Given.Alpha), Is.Not.Null);
        }

        Assert.That(Enter(Given.Alpha).IsCompleted, Is.False);
    }

    [Test]
    public async Task Beyond_so_many_that_wait_a_request_is_refused_at_once()
    {
        for (var i = 0; i < _permits + _options.MaxWaiting; i++)
        {
            _ = Enter(Given.Alpha);
        }

        Assert.That(await Enter(Given.Alpha), Is.Null);
        Assert.That(await Enter(Given.Beta), Is.Not.Null);
    }

    [Test]
    public async Task No_request_waits_longer_than_the_timeout()
    {
        for (var i = 0; i < _permits / 8; i++)
        {
            await Enter(Given.Alpha, List, "?limit=100");
        }

        using var gone = new CancellationTokenSource();
        var hungUp = Enter(Given.Alpha, List, "", gone.Token);
        await gone.CancelAsync();
        Assert.That(async () => await hungUp, Throws.InstanceOf<OperationCanceledException>(),
            "a caller that hung up gets no answer");

        _options.WaitTimeout = TimeSpan.FromMilliseconds(10);
        var waiting = Enter(Given.Alpha, List);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.That(await waiting, Is.Null);
    }

    private Task<CallerShares.Share?> Enter(
        Caller caller, RequestCost? cost = null, string query = "", CancellationToken aborted = default)
    {
        var http = Request(query);
        http.RequestAborted = aborted;
        return _shares.EnterAsync(caller, cost, http).AsTask();
    }

    private static DefaultHttpContext Request(string query) =>
        new() { Request = { QueryString = new QueryString(query) } };
}
