using Mes.Api.Http;
using Mes.Application.Persistence;
using Mes.Infrastructure.Persistence;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Mes.Tests.Unit.Http;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class OutageLogTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Recorder<OutageLog> _log = new();
    private readonly OutageLog _outages;
    private bool _isAway = true;

    public OutageLogTests() => _outages = new OutageLog(() => _isAway, _clock, _log);

    public void Dispose() => _outages.Dispose();

    [Test]
    public void An_outage_is_two_lines_however_many_requests_meet_it()
    {
        for (var i = 0; i < 1000; i++)
        {
            _outages.Refused(Away(), DatabaseTrouble.Explain);
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.That(Lines(), Has.Length.EqualTo(1));
        Assert.That(Lines()[0], Does.Contain("TimeoutException: no answer").And.Not.Contain("\n"));

        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.That(Lines(), Has.Length.EqualTo(1), "there are no requests, and the database is still away");

        _isAway = false;
        _clock.Advance(OutageLog.Quiet);
        Assert.That(Lines()[1..], Is.EqualTo(new[] { "The database is available again; 1000 requests got 503" }));
    }

    [Test]
    public void It_is_not_over_while_requests_are_still_refused()
    {
        _isAway = false;
        for (var i = 0; i < 10; i++)
        {
            _outages.Refused(Away(), DatabaseTrouble.Explain);
            _clock.Advance(OutageLog.Quiet / 2);
        }

        Assert.That(Lines(), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_next_outage_is_told_anew_and_so_is_another_reason()
    {
        _isAway = false;
        _outages.Refused(Away(), DatabaseTrouble.Explain);
        _outages.Refused(new DependencyUnavailableException("The database", new InvalidOperationException("other")),
            DatabaseTrouble.Explain);
        _clock.Advance(OutageLog.Quiet * 2);
        _outages.Refused(Away(), DatabaseTrouble.Explain);

        Assert.That(Lines(), Has.Length.EqualTo(4));
    }

    private static DependencyUnavailableException Away() =>
        new("The database", new TimeoutException("no answer\nat all"));

    private string[] Lines() => [.. _log.Entries.Select(entry => entry.Text)];
}
