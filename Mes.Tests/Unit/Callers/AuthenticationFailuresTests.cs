using System.Diagnostics.Metrics;
using Mes.Infrastructure.Callers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Mes.Tests.Unit.Callers;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class AuthenticationFailuresTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _clock = new();
    private readonly Recorder<AuthenticationFailures> _log = new();
    private readonly AuthenticationFailures _failures;

    public AuthenticationFailuresTests() =>
        _failures = new AuthenticationFailures(_services.GetRequiredService<IMeterFactory>(), _clock, _log);

    public void Dispose()
    {
        _failures.Dispose();
        _services.Dispose();
    }

    [Test]
    public void A_flood_is_one_line_a_second_with_how_many_there_were()
    {
        for (var second = 0; second < 10; second++)
        {
            for (var i = 0; i < 500; i++)
            {
                _failures.Count(AuthenticationFailure.Unknown);
                _failures.Count(AuthenticationFailure.WrongSecret);
            }

            _clock.Advance(AuthenticationFailures.Interval);
        }

        var lines = _log.Entries.Select(entry => entry.Text).ToArray();
        Assert.That(lines, Has.Length.EqualTo(11));
        Assert.That(
            lines.Sum(line => int.Parse(line.Split(' ')[0])), Is.EqualTo(10_000), "each is counted in one line");
        Assert.That(
            lines[2], Is.EqualTo(
                "1000 requests without a good key: 0 without any, 0 with what is none, 500 with an unknown or "
                    + "revoked one, 500 with a wrong secret"));
    }

    [Test]
    public void A_single_one_is_told_at_once_and_nothing_after_it()
    {
        _failures.Count(AuthenticationFailure.Missing);
        Assert.That(_log.Entries, Has.Count.EqualTo(1));

        _clock.Advance(TimeSpan.FromHours(1));
        Assert.That(_log.Entries, Has.Count.EqualTo(1));
    }

    [Test]
    public void Every_reason_is_a_counter_that_is_there_from_the_start()
    {
        _failures.Count(AuthenticationFailure.Malformed);
        var seen = new Dictionary<string, long>();
        using var listener =
            new MeterListener
            {
                InstrumentPublished =
                (instrument, l) =>
                {
                    if (instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                    {
                        l.EnableMeasurementEvents(instrument);
                    }
                }
            };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => seen[(string)tags[0].Value!] = value);
        listener.Start();
        listener.RecordObservableInstruments();

        Assert.That(
            seen, Is.EquivalentTo(
                new Dictionary<string, long>
                {
                    ["missing"] = 0,
                    ["malformed"] = 1,
                    ["unknown"] = 0,
                    ["wrong-secret"] =
                    0
                }));
    }
}
