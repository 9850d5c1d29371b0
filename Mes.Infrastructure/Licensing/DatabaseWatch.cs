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
    Cells cells,
    CacheExclusivity exclusivity,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<DatabaseWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(700);

    private volatile Observation? _latest;
    private volatile bool _silent;
    private volatile string? _trouble;
    private bool _cellsDecided;
    private readonly Lock _accepting = new();
    private MesDbContext? _kept;

    /// <summary>What the database said last; null until it has been asked.</summary>
    public Observation? Latest => _latest;

    /// <summary>Why the latest question was not answered, for people; null when it was, or when the database is nothing but away.</summary>
    public string? Trouble => _silent ? _trouble : null;

    /// <summary>How long ago the latest answer was asked for.</summary>
    public TimeSpan Age => _latest is { } latest ? clock.GetElapsedTime(latest.AskedAt) : TimeSpan.MaxValue;

    /// <summary>The latest question was not answered. Not the same as an answer that is old because this process was stopped.</summary>
    public bool IsSilent => _silent;

    /// <summary>
    /// Asks now. Where the database names another data set for a cell than the one this instance is connected to, and the connection
    /// is the newer of the two, its data set is named instead, which begins a new epoch of that cell. The first time, where the cache
    /// has another number of cells than this instance is set to, it is given that: the instance that was started last decides.
    /// </summary>
    public async Task<Observation> ObserveAsync(CancellationToken cancellationToken)
    {
        var observation = await AskAsync(cancellationToken);
        if (cache.IsDisabled)
        {
            return observation;
        }

        if (!_cellsDecided)
        {
            if (observation.Cells.Count != cells.Count)
            {
                await using var context = await contexts.CreateDbContextAsync(cancellationToken);
                if (await CacheEpochs.ResizeAsync(context, engine, exclusivity, observation.Cells[0].Epoch, cells.Count, cancellationToken))
                {
                    Resized(cells.Count, observation.Cells.Count);
                }

                observation = await AskAsync(cancellationToken);
            }

            // Never again: it is for instances started later to decide otherwise.
            _cellsDecided = true;
        }

        return await NameDataSetsAsync(observation, cancellationToken) ? await AskAsync(cancellationToken) : observation;
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
                    NoAnswer(DatabaseTrouble.Explain(exception));
                }

                _trouble = DatabaseTrouble.Name(exception) ?? _trouble;
                _silent = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>Whether there was anything to name, so that the database has to be asked again.</returns>
    private async Task<bool> NameDataSetsAsync(Observation observation, CancellationToken cancellationToken)
    {
        var hasNews = false;
        for (var cell = 0; cell < cells.Count && observation.Cells.Count == cells.Count; cell++)
        {
            var state = observation.Cells[cell];
            if (cache.Connected(cell) is { } connected && IsNews(state, observation.AskedAt, connected))
            {
                hasNews = true;
                await using var context = await contexts.CreateDbContextAsync(cancellationToken);
                if (await CacheEpochs.NameDataSetAsync(context, engine, exclusivity, cell, state.Epoch, connected.RunId, cancellationToken))
                {
                    Named(cell, connected.RunId);
                }
            }
        }

        return hasNews;
    }

    private bool IsNews(CellState state, long askedAt, DataSet connected) =>
        state.DataSet is null
        || (state.DataSet == connected.RunId && state.Layout < IndexScore.Layout)
        || (state.Layout <= IndexScore.Layout
            && Guards.DataSet
            && state.DataSet != connected.RunId
            && clock.GetElapsedTime(connected.ConnectedAt, askedAt) < state.EpochAge);

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
                if (_silent)
                {
                    AnswersAgain();
                }

                _silent = false;
                _trouble = null;
            }
        }
    }

    private async Task<Observation> AskAsync(
        MesDbContext context, long asked, DateTimeOffset askedByWallClock, CancellationToken cancellationToken)
    {
        var rows = await context.Database.SqlQueryRaw<AnswerRow>(Question).ToListAsync(cancellationToken);
        CellState[] states =
        [
            .. rows.DistinctBy(row => row.Cell).OrderBy(row => row.Cell).Select(row => new CellState(
                row.Epoch, row.DataSet, row.Layout, row.Usable != 0, TimeSpan.FromMilliseconds(row.EpochAge), row.Outage != 0)),
        ];
        var overdue = rows.Where(row => row.Named != 0).ToList();
        return new Observation(
            asked,
            askedByWallClock,
            rows[0].ApiKeys,
            states,
            overdue.Where(row => row.OrderId is not null).Select(row => Guid.Parse(row.OrderId!)).ToHashSet(),
            overdue.Count);
    }

    // One row for each cell, and for the first one as many as orders are named; at most one more than a licence can name. An outage
    // mark of an instance that has another number of cells says nothing about which of these it means: all.
    private string Question => $"""
        SELECT c.cell AS "Cell", c.epoch AS "Epoch", c.data_set AS "DataSet", c.layout AS "Layout",
               CASE WHEN c.since <= {engine.Now(-(int)LicenceTerms.AllOver.TotalMilliseconds)} THEN 1 ELSE 0 END AS "Usable",
               {engine.MillisecondsSince("c.since")} AS "EpochAge",
               CASE WHEN EXISTS (SELECT 1 FROM outage_marks AS m
                                 WHERE m.expires_at > {engine.Now()} AND (m.cell = c.cell OR m.cells <> {cells.Count})) THEN 1 ELSE 0 END AS "Outage",
               r.value AS "ApiKeys",
               CASE WHEN o.id IS NULL THEN 0 ELSE 1 END AS "Named", CAST(o.order_id AS text) AS "OrderId"
        FROM cache_cells AS c
        CROSS JOIN revisions AS r
        LEFT JOIN (SELECT MIN(id) AS id, order_id FROM outbox WHERE overdue_at IS NOT NULL GROUP BY order_id LIMIT {LicenceTerms.MostNamed(cells.Count) + 1}) AS o ON c.cell = 0
        WHERE r.name = '{Revision.ApiKeys}'
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "The cache (cell {Cell}) is Redis run {RunId} from now on")]
    private partial void Named(int cell, string runId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cache has {Cells} cells from now on, not {Before}; instances that are set to another number leave it alone")]
    private partial void Resized(int cells, int before);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer; until it does, only what is cached is told ({Trouble})")]
    private partial void NoAnswer(string trouble);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database answers again")]
    private partial void AnswersAgain();

    private sealed record AnswerRow(
        int Cell, long Epoch, string? DataSet, int Layout, int Usable, double EpochAge, int Outage, long ApiKeys, int Named, string? OrderId);
}
