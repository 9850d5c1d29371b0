using System.Data.Common;
using Mes.Application.Persistence;
using Mes.Infrastructure.Coordination;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Unit.Hosting;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RecurringFailureTests
{
    private readonly Recorder<RecurringFailure> _log = new();
    private readonly RecurringFailure _failure;

    public RecurringFailureTests() => _failure = new RecurringFailure("Relaying the outbox", _log);

    [Test]
    public void An_outage_is_a_line_when_it_begins_and_one_when_it_is_over()
    {
        _failure.Worked();
        for (var i = 0; i < 100; i++)
        {
            _failure.Failed(new InvalidOperationException("likely transient", new Refused(null, $"no\nanswer {i}")));
        }

        _failure.Worked();
        _failure.Worked();

        Assert.That(_log.Entries, Is.EqualTo(new[]
        {
            (LogLevel.Warning, "Relaying the outbox fails; it is tried again (Refused: no answer 0)"),
            (LogLevel.Information, "Relaying the outbox works again"),
        }));
        Assert.That(_log.Traces, Is.Empty);
    }

    [Test]
    public void The_next_outage_is_told_anew_and_so_is_trouble_that_has_a_name()
    {
        _failure.Failed(new Refused(null, "no answer"));
        _failure.Failed(new Refused("28P01", "password authentication failed"));
        _failure.Failed(new Refused(null, "no answer"));
        _failure.Worked();
        _failure.Failed(new Refused(null, "no answer"));

        Assert.That(_log.Entries.Select(entry => entry.Text), Is.EqualTo(new[]
        {
            "Relaying the outbox fails; it is tried again (Refused: no answer)",
            "Relaying the outbox fails; it is tried again (refuses the login (28P01: user name or password); "
                + "Refused: password authentication failed)",
            "Relaying the outbox works again",
            "Relaying the outbox fails; it is tried again (Refused: no answer)",
        }));
    }

    [Test]
    public void What_is_away_is_told_without_a_stack_trace_and_a_fault_of_the_services_own_with_it()
    {
        foreach (var away in new Exception[] { new TimeoutException(), new RedisException("away"),
            new DependencyUnavailableException("The database", null) })
        {
            _failure.Failed(away);
            _failure.Worked();
        }

        Assert.That(_log.Traces, Is.Empty);
        var fault = new NotSupportedException();
        _failure.Failed(fault);
        _failure.Failed(fault);
        Assert.That(_log.Traces, Is.EqualTo(new[] { fault }));
    }

    private sealed class Refused(string? state, string message) : DbException(message)
    {
        public override string? SqlState => state;
    }
}
