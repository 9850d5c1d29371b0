using System.Diagnostics.Metrics;
using Mes.Application;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Events;

/// <summary>
/// Keeps the feed going in this instance: numbers what waits, unless another instance is at it, and brings the tail up
/// to date. It is woken when this instance has settled a change, when any instance has numbered events, and several
/// times a second in any case.
/// </summary>
internal sealed class EventSequencer : BackgroundService
{
    private static readonly TimeSpan Net = TimeSpan.FromMilliseconds(250);

    /// <summary>What comes within this time is worked on together.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly EventNumbering _numbering;
    private readonly EventTailReader _tail;
    private readonly SettledSignal _settled;
    private readonly IDatabaseEngine _engine;
    private readonly ReadySignal _ready;
    private readonly TimeProvider _clock;
    private readonly RecurringFailure _failure;
    private readonly CountFromZero _numbered;
    private long _steppedAt;

    public EventSequencer(
        EventNumbering numbering,
        EventTailReader tail,
        SettledSignal settled,
        IDatabaseEngine engine,
        ReadySignal ready,
        TimeProvider clock,
        IMeterFactory meters,
        ILogger<EventSequencer> logger)
    {
        (_numbering, _tail, _settled, _engine, _ready, _clock) = (numbering, tail, settled, engine, ready, clock);
        _failure = new RecurringFailure("Numbering events", logger);
        _numbered = new CountFromZero(
            meters.Create(Telemetry.Name), "mes.events.numbered", "Events that this instance gave a position.");
    }

    /// <summary>Brings the tail up to date, and numbers what waits in the queue.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        var isMore = await _tail.ReadAsync(_numbering.Floor, cancellationToken);
        while (isMore)
        {
            var result = await _numbering.RunAsync(cancellationToken);
            isMore = result.IsMore;
            if (result.IsBusy)
            {
                _settled.Set();
            }
            else if (result.Count > 0)
            {
                _numbered.Add(result.Count);
                await _tail.ReadAsync(_numbering.Floor, cancellationToken);
            }
            else if (isMore)
            {
                // Everything in this window is held back, so there is no hurry.
                await Task.Delay(Pace, _clock, cancellationToken);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _ready.WaitAsync(stoppingToken);
        await Task.WhenAll(WakeAsync(stoppingToken), RunAsync(stoppingToken));
    }

    private async Task WakeAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await _engine.WaitForEventsAsync(Net, stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _failure.Failed(exception);
                await Task.Delay(Net, _clock, stoppingToken);
            }

            _settled.Set();
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _settled.WaitAsync(stoppingToken);
            if (Pace - _clock.GetElapsedTime(_steppedAt) is var rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, _clock, stoppingToken);
            }

            _steppedAt = _clock.GetTimestamp();
            try
            {
                await StepAsync(stoppingToken);
                _failure.Worked();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _failure.Failed(exception);
                await Task.Delay(Net, _clock, stoppingToken);
            }
        }
    }
}
