using System.Diagnostics.Metrics;
using Mes.Application;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Events;

/// <summary>
/// How many events have no position yet, and for how long. Read every few seconds, not with every scrape.
/// </summary>
internal sealed partial class EventMetrics : BackgroundService
{
    private const int MaxCounted = 10_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly IDbContextFactory<MesDbContext> _contexts;
    private readonly IDatabaseEngine _engine;
    private readonly EventNumbering _numbering;
    private readonly OutboxAge _age;
    private readonly ReadySignal _ready;
    private readonly TimeProvider _clock;
    private readonly ILogger<EventMetrics> _logger;
    private volatile Depth _depth = new(0, 0);

    public EventMetrics(
        IDbContextFactory<MesDbContext> contexts,
        IDatabaseEngine engine,
        EventNumbering numbering,
        ReadySignal ready,
        TimeProvider clock,
        IMeterFactory meters,
        ILogger<EventMetrics> logger)
    {
        (_contexts, _engine, _numbering, _ready, _clock, _logger) =
            (contexts, engine, numbering, ready, clock, logger);
        _age = new OutboxAge(clock);
        var meter = meters.Create(Telemetry.Name);
        meter.CreateObservableGauge(
            "mes.events.waiting",
            () => _depth.Waiting,
            description: "Changes that the feed does not have yet, as far as they are counted: up to 10,000.");
        meter.CreateObservableGauge(
            "mes.events.age", () => _depth.OldestSeconds, "s", "The age of the oldest of these.");
    }

    /// <summary>The age of the oldest change that the feed does not have yet; zero if there is none.</summary>
    public TimeSpan Oldest => TimeSpan.FromSeconds(_depth.OldestSeconds);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await using var context = await _contexts.CreateDbContextAsync(stoppingToken);
                var sql = Sql(_numbering.Floor);
                var row = (await context.Database.SqlQueryRaw<DepthRow>(sql).ToListAsync(stoppingToken)).Single();
                var age = _age.Measure(row.OldestId, TimeSpan.FromMilliseconds(row.Age ?? 0));
                _depth = new Depth(row.Waiting, age.TotalSeconds);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                NotRead(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The depth of the queue of events could not be read")]
    private partial void NotRead(Exception exception);

    private string Sql(long floor) => $"""
        SELECT s.waiting AS "Waiting", s.oldest AS "OldestId",
               (SELECT {_engine.MillisecondsSince("q.at")} FROM event_queue AS q WHERE q.id = s.oldest) AS "Age"
        FROM (SELECT COUNT(*) AS waiting, MIN(id) AS oldest
              FROM (SELECT id FROM event_queue WHERE id > {floor} ORDER BY id LIMIT {MaxCounted}) AS waiting) AS s
        """;

    private sealed record DepthRow(long Waiting, long? OldestId, double? Age);

    private sealed record Depth(long Waiting, double OldestSeconds);
}
