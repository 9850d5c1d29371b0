using System.Collections.Concurrent;
using System.Text.Json;
using Mes.Application.Events;
using Mes.Application.Json;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Events;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Webhooks;

/// <summary>
/// Sends what is due to webhooks, shared with the other instances. It looks when events got positions, when one of its
/// own attempts has ended, and several times a second in any case.
/// </summary>
internal sealed partial class WebhookDispatcher(
    IDbContextFactory<MesDbContext> contexts,
    DeliveryClaims claims,
    WebhookStops stops,
    WebhookSender sender,
    WebhookSecrets secrets,
    WebhookMetrics metrics,
    DispatchSignal signal,
    EventTail tail,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<WebhookDispatcher> logger)
    : BackgroundService
{
    /// <summary>A receiver without a success for so long, by attempts, is not sent to any more.</summary>
    internal static readonly TimeSpan PauseAfter = TimeSpan.FromDays(5);

    private const int MaxUnderWay = 500;

    private static readonly TimeSpan Net = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RecordAgainAfter = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RecordWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan UndecryptablePause = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookForStrandedEvery = TimeSpan.FromSeconds(10);

    private readonly RecurringFailure _claiming = new("Claiming deliveries of webhooks", logger);
    private readonly RecurringFailure _recording = new("Recording deliveries of webhooks", logger);
    private readonly ConcurrentDictionary<Task, bool> _underWay = [];

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // Each ends within the limit of an attempt. What does not is delivered again by another instance.
        await Task.WhenAll(_underWay.Keys).WaitAsync(cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        if (secrets.IsConfigured)
        {
            await Task.WhenAll(WatchAsync(stoppingToken), RunAsync(stoppingToken));
        }
    }

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await tail.Latest.NextAsync().WaitAsync(stoppingToken);
            signal.Set();
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        var strandedAt = clock.GetTimestamp();
        while (true)
        {
            await signal.WaitAsync(Net, clock, stoppingToken);
            try
            {
                if (clock.GetElapsedTime(strandedAt) > LookForStrandedEvery)
                {
                    strandedAt = clock.GetTimestamp();
                    await using var context = await contexts.CreateDbContextAsync(stoppingToken);
                    await claims.FreeStrandedAsync(context, stoppingToken);
                }

                while (_underWay.Count < MaxUnderWay && await DispatchAsync(stoppingToken))
                {
                }

                _claiming.Worked();
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                _claiming.Failed(exception);
                await Task.Delay(Net, clock, stoppingToken);
            }
        }
    }

    /// <summary>Begins to send what is due.</summary>
    /// <returns>Whether anything was.</returns>
    private async Task<bool> DispatchAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var claimed = await claims.ClaimAsync(context, cancellationToken);
        foreach (var one in claimed)
        {
            var attempt = DeliverAsync(one);
            _underWay.TryAdd(attempt, true);
            _ = attempt.ContinueWith(
                ended => _underWay.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.None,
                TaskScheduler.Default);
        }

        return claimed.Count > 0;
    }

    private async Task DeliverAsync(ClaimedDelivery claimed)
    {
        try
        {
            await SendAsync(claimed);
        }
        catch (Exception exception)
        {
            // The claim ends by itself, and the event is sent again.
            _recording.Failed(exception);
        }

        signal.Set();
    }

    private async Task SendAsync(ClaimedDelivery claimed)
    {
        // Not the database's clock, nor the instance's own: both may be set, and an instance may have stood still.
        if (clock.GetElapsedTime(claimed.ClaimedAt) > DeliveryClaims.SendWithin)
        {
            await OnContextAsync(context => claims.ReleaseAsync(
                context, claimed, TimeSpan.Zero, CancellationToken.None));
            return;
        }

        var at = claimed.Now + clock.GetElapsedTime(claimed.At);
        if (secrets.Open(claimed.Webhook, at) is not { } keys)
        {
            Undecryptable(claimed.Webhook.Id);
            await OnContextAsync(context => claims.ReleaseAsync(
                context, claimed, UndecryptablePause, CancellationToken.None));
            return;
        }

        var started = clock.GetTimestamp();
        var outcome = await sender.SendAsync(
            claimed.Webhook.Url, claimed.Delivery.EventId, BodyOf(claimed), at, keys, CancellationToken.None);
        var duration = clock.GetElapsedTime(started);
        metrics.Count(outcome.Result);

        var pause = outcome.IsDelivered || claimed.IsOutOfTurn
            ? null
            : RetrySchedule.PauseAfter(claimed.Delivery.Failures + 1, Random.Shared.NextDouble());
        await OnContextAsync(context => claims.RecordAsync(
            context, claimed, outcome, at, duration, pause, CancellationToken.None));
        await StopIfNeededAsync(claimed, outcome);
        _recording.Worked();
    }

    private async Task StopIfNeededAsync(ClaimedDelivery claimed, AttemptOutcome outcome)
    {
        var id = claimed.Webhook.Id;
        if (outcome.IsGone)
        {
            await OnContextAsync(context => stops.DisableAsync(context, id, CancellationToken.None));
        }
        else if (!outcome.IsDelivered && !claimed.IsOutOfTurn)
        {
            await OnContextAsync(async context =>
            {
                if (await claims.FailingForAsync(context, id, CancellationToken.None) >= PauseAfter)
                {
                    await stops.PauseAsync(context, id, CancellationToken.None);
                }
            });
        }
    }

    /// <summary>What is not recorded is sent again, so it is worth some attempts.</summary>
    private async Task OnContextAsync(Func<MesDbContext, Task> write)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await using var context = await contexts.CreateDbContextAsync();
                await write(context);
                return;
            }
            catch (Exception exception) when (clock.GetElapsedTime(started) < RecordWithin)
            {
                _recording.Failed(exception);
                await Task.Delay(RecordAgainAfter, clock);
            }
        }
    }

    private static byte[] BodyOf(ClaimedDelivery claimed)
    {
        var delivery = claimed.Delivery;
        return JsonSerializer.SerializeToUtf8Bytes(
            new EventDocument(delivery.EventId, delivery.Type, delivery.At, DataOf(delivery, claimed.Webhook.SellerId)),
            MesJson.Options);
    }

    private static IEventData DataOf(WebhookDelivery delivery, string sellerId) => delivery.ToStatus is { } to
        ? new EventData(
            delivery.Lane, delivery.ExternalId!, sellerId, delivery.Version, delivery.FromStatus, to)
        : new TestEventData();

    [LoggerMessage(Level = LogLevel.Error, Message =
        "The secret of webhook {WebhookId} was encrypted with a key that is not in Mes:Secrets:Key; nothing is sent")]
    private partial void Undecryptable(Guid webhookId);
}
