using System.Diagnostics;
using Mes.Application;
using Mes.Application.Behaviors;
using Mes.Application.Messaging;
using Mes.Application.Orders.CancelOrder;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LoggingBehaviorTests
{
    private static readonly CancelOrder Command =
        new(Given.OrderId, Given.Alpha, EntityTagCondition.None, "because of the secret war");

    private readonly Recorder<LoggingBehavior<CancelOrder, Result<StatusChange>>> _log = new();
    private readonly FakeTimeProvider _clock = new(Given.Noon);

    [Test]
    public async Task A_success_is_logged_for_those_who_look_closely()
    {
        var change = Given.Submission();

        var response = await HandleAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(12.5));
            return Task.FromResult<Result<StatusChange>>(change);
        });

        Assert.That(response.Value, Is.SameAs(change));
        Assert.That(_log.Entries, Is.EqualTo(new[] { (LogLevel.Debug, "CancelOrder done in 12.5 ms") }));
    }

    [Test]
    public async Task A_refusal_is_logged_with_its_code()
    {
        await HandleAsync(() => Task.FromResult<Result<StatusChange>>(OrderErrors.NotFound));

        Assert.That(
            _log.Entries, Is.EqualTo(new[] { (LogLevel.Information, "CancelOrder refused: not-found, in 0.0 ms") }));
    }

    [Test]
    public void An_exception_passes_and_is_logged_where_it_is_handled()
    {
        Assert.That(() => HandleAsync(() => throw new InvalidOperationException("a bug")),
            Throws.InvalidOperationException.With.Message.EqualTo("a bug"));
        Assert.That(_log.Entries, Is.Empty);
    }

    [Test]
    public async Task The_span_is_named_after_the_request_and_tells_the_error_but_not_the_contents()
    {
        List<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source == Telemetry.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var test = new Activity("test").Start();

        await HandleAsync(() => Task.FromResult<Result<StatusChange>>(OrderErrors.ConcurrentChange));

        lock (spans)
        {
            var span = spans.Single(span => span.TraceId == test.TraceId);
            Assert.That(span.OperationName, Is.EqualTo("CancelOrder"));
            Assert.That(span.GetTagItem("error.type"), Is.EqualTo("concurrent-change"));
            Assert.That(span.TagObjects.Select(tag => tag.Value?.ToString()), Has.None.Contains("secret"));
        }
    }

    private Task<Result<StatusChange>> HandleAsync(Func<Task<Result<StatusChange>>> next) =>
        new LoggingBehavior<CancelOrder, Result<StatusChange>>(_log, _clock)
            .Handle(Command, CancellationToken.None, () => next());
}
