using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Licensing;

/// <summary>
/// Asks the database one question several times a second, on a connection kept for it: what this instance's copy of anything
/// (cached orders, API keys) may still be used for.
/// </summary>
internal sealed partial class DatabaseWatch(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    CacheExclusivity exclusivity,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<DatabaseWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(700);

    private volatile Observation? _latest;
    private volatile bool _silent;
    private readonly Lock _accepting = new();
    private MesDbContext? _kept;

    /// <summary>What the database said last; null until it has been asked.</summary>
    public Observation? Latest => _latest;

    /// <summary>How long ago the latest answer was asked for.</summary>
    public TimeSpan Age => _latest is { } latest ? clock.GetElapsedTime(latest.AskedAt) : TimeSpan.MaxValue;

    /// <summary>The latest question was not answered. Not the same as an answer that is old because this process was stopped.</summary>
    public bool IsSilent => _silent;

    /// <summary>
    /// Asks now. Where the database names another data set than the one this instance is connected to, and the connection is
    /// the newer of the two, its data set is named instead, which begins a new epoch.
    /// </summary>
    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken)
    {
        var observation = await AskAsync(cancellationToken);
        if (cache.Connected is { } connected && IsNews(observation, connected))
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            if (await CacheEpochs.NameDataSetAsync(context, engine, exclusivity, observation.Epoch, connected.RunId, cancellationToken))
            {
                Named(connected.RunId);
            }

            observation = await AskAsync(cancellationToken);
        }

        return observation;
    }

    public override void Dispose()
    {
        _kept?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(LicenceTerms.AskEvery, clock);
        do
        {
            try
            {
                using var budget = new CancellationTokenSource(Budget, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, budget.Token);
                await ObserveAsync(either.Token).WaitAsync(Budget, clock, stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Once per outage: how long it lasts is told by the health check and the metrics.
                if (!_silent)
                {
                    NoAnswer(exception);
                }

                _silent = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private bool IsNews(Observation observation, DataSet connected) =>
        observation.DataSet is null
        || (observation.DataSet == connected.RunId && observation.Layout < IndexScore.Layout)
        || (observation.Layout <= IndexScore.Layout
            && Guards.DataSet
            && observation.DataSet != connected.RunId
            && clock.GetElapsedTime(connected.ConnectedAt, observation.AskedAt) < observation.EpochAge);

    private async Task<Observation> AskAsync(CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        var askedByWallClock = clock.GetUtcNow();

        // Taken out while it is being used: a question that was given up may still be under way on it.
        var context = Interlocked.Exchange(ref _kept, null) ?? await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            await context.Database.OpenConnectionAsync(cancellationToken);
            var observation = await AskAsync(context, asked, askedByWallClock, cancellationToken);
            if (Interlocked.CompareExchange(ref _kept, context, null) is not null)
            {
                await context.DisposeAsync();
            }

            Accept(observation);
            return observation;
        }
        catch
        {
            await context.DisposeAsync();
            throw;
        }
    }

    /// <summary>An answer that comes so late that a newer question has been answered is no news.</summary>
    private void Accept(Observation observation)
    {
        lock (_accepting)
        {
            if (_latest is null || _latest.AskedAt < observation.AskedAt)
            {
                _latest = observation;
                _silent = false;
            }
        }
    }

    private async Task<Observation> AskAsync(
        MesDbContext context, long asked, DateTimeOffset askedByWallClock, CancellationToken cancellationToken)
    {
        var rows = await context.Database.SqlQueryRaw<AnswerRow>(Question).ToListAsync(cancellationToken);
        var cell = rows[0];
        var overdue = rows.Where(row => row.Named != 0).ToList();
        return new Observation(
            asked,
            askedByWallClock,
            cell.ApiKeys,
            cell.Epoch,
            cell.DataSet,
            cell.Layout,
            cell.Usable != 0,
            TimeSpan.FromMilliseconds(cell.EpochAge),
            cell.Outage != 0,
            overdue.Where(row => row.OrderId is not null).Select(row => Guid.Parse(row.OrderId!)).ToHashSet(),
            overdue.Count);
    }

    // One row, or one for each order that is named; at most one more than a licence can name.
    private string Question => $"""
        SELECT c.epoch AS "Epoch", c.data_set AS "DataSet", c.layout AS "Layout",
               CASE WHEN c.since <= {engine.Now(-(int)LicenceTerms.AllOver.TotalMilliseconds)} THEN 1 ELSE 0 END AS "Usable",
               {engine.MillisecondsSince("c.since")} AS "EpochAge",
               CASE WHEN EXISTS (SELECT 1 FROM outage_marks AS m WHERE m.expires_at > {engine.Now()}) THEN 1 ELSE 0 END AS "Outage",
               r.value AS "ApiKeys",
               CASE WHEN o.id IS NULL THEN 0 ELSE 1 END AS "Named", CAST(o.order_id AS text) AS "OrderId"
        FROM cache_cells AS c
        CROSS JOIN revisions AS r
        LEFT JOIN (SELECT MIN(id) AS id, order_id FROM outbox WHERE overdue_at IS NOT NULL GROUP BY order_id LIMIT {LicenceTerms.MostNamed + 1}) AS o ON 1 = 1
        WHERE c.cell = 0 AND r.name = '{Revision.ApiKeys}'
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "The cache is Redis run {RunId} from now on")]
    private partial void Named(string runId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer")]
    private partial void NoAnswer(Exception exception);

    private sealed record AnswerRow(
        long Epoch, string? DataSet, int Layout, int Usable, double EpochAge, int Outage, long ApiKeys, int Named, string? OrderId);
}
