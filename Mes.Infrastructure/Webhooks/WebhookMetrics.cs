using System.Diagnostics.Metrics;
using Mes.Application;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Webhooks;

/// <summary>
/// How attempts end, how much waits, and for how long. What waits is read every few seconds, not with every scrape.
/// </summary>
internal sealed partial class WebhookMetrics : BackgroundService
{
    private const int MaxCounted = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IDbContextFactory<MesDbContext> _contexts;
    private readonly IDatabaseEngine _engine;
    private readonly ReadySignal _ready;
    private readonly TimeProvider _clock;
    private readonly ILogger<WebhookMetrics> _logger;
    private readonly Counter<long> _attempts;
    private volatile Depth _depth = new(0, 0, 0);

    public WebhookMetrics(
        IDbContextFactory<MesDbContext> contexts,
        IDatabaseEngine engine,
        ReadySignal ready,
        TimeProvider clock,
        IMeterFactory meters,
        ILogger<WebhookMetrics> logger)
    {
        (_contexts, _engine, _ready, _clock, _logger) = (contexts, engine, ready, clock, logger);
        var meter = meters.Create(Telemetry.Name);
        _attempts = meter.CreateCounter<long>(
            "mes.webhooks.deliveries", description: "Attempts to deliver an event to a webhook, by result.");
        foreach (var result in DeliveryErrors.All.Prepend(AttemptOutcome.Delivered))
        {
            Count(result, 0); // So that each series is there from the start.
        }

        meter.CreateObservableGauge(
            "mes.webhooks.waiting",
            () => _depth.Waiting,
            description: "Deliveries that wait, as far as they are counted: up to 10,000.");
        meter.CreateObservableGauge(
            "mes.webhooks.age",
            () => _depth.OldestSeconds,
            "s",
            "The age of the oldest of these; those of receivers that fail are among them.");
        meter.CreateObservableGauge(
            "mes.webhooks.late",
            () => _depth.LateSeconds,
            "s",
            "For how long a delivery has been due to a receiver that does not fail.");
    }

    /// <summary>Counts an attempt.</summary>
    public void Count(string result, long attempts = 1) =>
        _attempts.Add(attempts, new KeyValuePair<string, object?>("result", result));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var context = await _contexts.CreateDbContextAsync(stoppingToken);
                var row = (await context.Database.SqlQueryRaw<DepthRow>(Sql).ToListAsync(stoppingToken)).Single();
                _depth = new Depth(row.Waiting, Seconds(row.Age), Seconds(row.Late));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                NotRead(exception);
            }
        }
    }

    // Not below 0, which they are after the database's clock was set back.
    private static double Seconds(double? milliseconds) => Math.Max(milliseconds ?? 0, 0) / 1000;

    [LoggerMessage(Level = LogLevel.Debug, Message = "What waits for webhooks could not be read")]
    private partial void NotRead(Exception exception);

    private string Sql => $"""
        SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM webhook_deliveries WHERE state = 'waiting' LIMIT {MaxCounted}) AS w)
                   AS "Waiting",
               (SELECT {_engine.MillisecondsSince("MIN(o.oldest)")} FROM (
                    SELECT (SELECT MIN(d.state_at) FROM webhook_deliveries AS d
                            WHERE d.webhook_id = s.webhook_id AND d.state = 'waiting') AS oldest
                    FROM webhook_states AS s) AS o) AS "Age",
               (SELECT {_engine.MillisecondsSince("MIN(o.oldest)")} FROM (
                    SELECT (SELECT MIN(d.state_at) FROM webhook_lanes AS l JOIN webhook_deliveries AS d
                                ON d.webhook_id = l.webhook_id AND d.lane = l.lane AND d.state = 'waiting'
                            WHERE l.webhook_id = s.webhook_id AND l.due_at <= {_engine.Now()}) AS oldest
                    FROM webhook_states AS s
                    WHERE s.failures = 0 AND s.portion IS NULL AND s.held_until IS NULL) AS o) AS "Late"
        """;

    private sealed record DepthRow(long Waiting, double? Age, double? Late);

    private sealed record Depth(long Waiting, double OldestSeconds, double LateSeconds);
}
