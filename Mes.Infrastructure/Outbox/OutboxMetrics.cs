using System.Diagnostics.Metrics;
using Mes.Application;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// How many changes wait in the outbox, and for how long. Read every few seconds, not with every scrape.
/// </summary>
internal sealed partial class OutboxMetrics : BackgroundService
{
    private const int MaxCounted = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IDbContextFactory<MesDbContext> _contexts;
    private readonly IDatabaseEngine _engine;
    private readonly OutboxAge _age;
    private readonly ReadySignal _ready;
    private readonly TimeProvider _clock;
    private readonly ILogger<OutboxMetrics> _logger;
    private volatile Depth _depth = new(0, 0, 0);

    public OutboxMetrics(
        IDbContextFactory<MesDbContext> contexts,
        IDatabaseEngine engine,
        ReadySignal ready,
        TimeProvider clock,
        IMeterFactory meters,
        ILogger<OutboxMetrics> logger)
    {
        (_contexts, _engine, _ready, _clock, _logger) = (contexts, engine, ready, clock, logger);
        _age = new OutboxAge(clock);
        var meter = meters.Create(Telemetry.Name);
        meter.CreateObservableGauge(
            "mes.outbox.rows",
            () => _depth.Rows,
            description: "Changes that the cache may not have yet, as far as they are counted: up to 10,000.");
        meter.CreateObservableGauge(
            "mes.outbox.set_aside",
            () => _depth.SetAside,
            description: "Of these, changes that failed again and again.");
        meter.CreateObservableGauge(
            "mes.outbox.age", () => _depth.OldestSeconds, "s", "The age of the oldest of these.");
    }

    /// <summary>How many rows there are, as far as they are counted, and the age of the oldest.</summary>
    public (long Rows, TimeSpan Oldest) Latest => (_depth.Rows, TimeSpan.FromSeconds(_depth.OldestSeconds));

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
                var age = _age.Measure(row.OldestId, TimeSpan.FromMilliseconds(row.Age ?? 0));
                _depth = new Depth(row.Waiting, row.SetAside, age.TotalSeconds);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                NotRead(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The depth of the outbox could not be read")]
    private partial void NotRead(Exception exception);

    // Bounded for a large backlog. Leaves out rows that were marked overdue in an epoch that is over: they are
    // worthless.
    private string Sql => $"""
        WITH waiting AS (
            SELECT id FROM (
                SELECT id FROM outbox WHERE overdue_epoch IS NULL ORDER BY due_at, id LIMIT {MaxCounted}) AS of_no_epoch
            UNION ALL
            SELECT id FROM ({_engine.OverdueInPresentEpochs(MaxCounted)}) AS of_epochs
            LIMIT {MaxCounted}),
        summary AS (SELECT COUNT(*) AS waiting, MIN(id) AS oldest FROM waiting)
        SELECT s.waiting AS "Waiting", s.oldest AS "OldestId",
               (SELECT {_engine.MillisecondsSince("o.created_at")} FROM outbox AS o WHERE o.id = s.oldest) AS "Age",
               (SELECT COUNT(*) FROM (
                   SELECT 1 FROM outbox WHERE attempts >= {OutboxRow.SetAsideAfter} ORDER BY id LIMIT {MaxCounted})
                AS a) AS "SetAside"
        FROM summary AS s
        """;

    private sealed record Depth(long Rows, long SetAside, double OldestSeconds);

    private sealed record DepthRow(long Waiting, long? OldestId, double? Age, long SetAside);
}
