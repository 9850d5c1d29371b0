using System.Diagnostics.Metrics;
using Mes.Application;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>How many changes wait in the outbox, and for how long. Looked at every few seconds, not when somebody scrapes.</summary>
internal sealed partial class OutboxMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IDbContextFactory<MesDbContext> _contexts;
    private readonly ReadySignal _ready;
    private readonly TimeProvider _clock;
    private readonly ILogger<OutboxMetrics> _logger;
    private volatile Depth _depth = new(0, 0, 0);

    public OutboxMetrics(IDbContextFactory<MesDbContext> contexts, ReadySignal ready, TimeProvider clock, IMeterFactory meters, ILogger<OutboxMetrics> logger)
    {
        (_contexts, _ready, _clock, _logger) = (contexts, ready, clock, logger);
        var meter = meters.Create(Telemetry.Name);
        meter.CreateObservableGauge("mes.outbox.rows", () => _depth.Rows, description: "Changes that the cache may not have yet.");
        meter.CreateObservableGauge("mes.outbox.set_aside", () => _depth.SetAside, description: "Of these, changes that failed again and again.");
        meter.CreateObservableGauge("mes.outbox.age", () => _depth.OldestSeconds, "s", "The age of the oldest of these.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var context = await _contexts.CreateDbContextAsync(stoppingToken);
                var rows = await context.Outbox
                    .GroupBy(_ => 1)
                    .Select(all => new
                    {
                        Count = all.Count(),
                        SetAside = all.Count(row => row.Attempts >= OutboxRelay.SetAsideAfter),
                        Oldest = all.Min(row => row.CreatedAt),
                    })
                    .FirstOrDefaultAsync(stoppingToken);
                _depth = rows is null
                    ? new Depth(0, 0, 0)
                    : new Depth(rows.Count, rows.SetAside, Math.Max(0, (_clock.GetUtcNow() - rows.Oldest).TotalSeconds));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                NotRead(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The depth of the outbox could not be read")]
    private partial void NotRead(Exception exception);

    private sealed record Depth(int Rows, int SetAside, double OldestSeconds);
}
