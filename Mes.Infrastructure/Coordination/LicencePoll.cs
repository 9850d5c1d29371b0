using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Asks the database one question several times a second, on a connection kept for it: what this instance's copy of anything
/// (cached orders, API keys) may still be used for.
/// </summary>
internal sealed partial class LicencePoll(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    Cells cells,
    CacheExclusivity exclusivity,
    ReadySignal ready,
    TimeProvider clock,
    ILogger<LicencePoll> logger)
    : BackgroundService
{
    private const int SeveralChangesOfOneOrder = 1000;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(700);

    private readonly PollHistory _memory = new(clock);
    private volatile bool _silent;
    private volatile string? _trouble;
    private bool _cellsDecided;

    // An embedded cache is another data set at every start anyhow.
    private bool _begunAnew = engine.IsIdentityLasting || exclusivity.IsExclusive;
    private MesDbContext? _kept;

    /// <summary>What the database said last; null until it has been asked.</summary>
    public DatabaseState? Latest => _memory.Latest;

    /// <summary>Why the latest question was not answered, for people; null when it was, or when the database is nothing but away.</summary>
    public string? Trouble => _silent ? _trouble : null;

    /// <summary>How long ago the latest answer was asked for.</summary>
    public TimeSpan Age => Latest is { } latest ? clock.GetElapsedTime(latest.AskedAt) : TimeSpan.MaxValue;

    /// <summary>The latest question was not answered. Not the same as an answer that is old because this process was stopped.</summary>
    public bool IsSilent => _silent;

    /// <summary>
    /// Asks now, and begins new epochs where that is due: of all cells where the database has become another; of a cell where the database
    /// names another data set than the one this instance has found there since. The first time, where the cache has another number of
    /// cells than this instance is set to, it is given that: the instance that was started last decides. An epoch that has been watched
    /// for long enough is settled.
    /// </summary>
    public async Task<DatabaseState> PollAsync(CancellationToken cancellationToken)
    {
        var observation = await AskAsync(cancellationToken);

        // In a database that only follows another nothing can be written, and nothing is used.
        if (cache.IsDisabled || observation.Database is null)
        {
            return observation;
        }

        observation = await AdoptAsync(observation, cancellationToken);
        if (!_cellsDecided)
        {
            observation = await DecideCellsAsync(observation, cancellationToken);
        }

        var hasNews = await NameDataSetsAsync(observation, cancellationToken);
        hasNews |= await SettleAsync(observation, cancellationToken);
        return hasNews ? await AskAsync(cancellationToken) : observation;
    }

    public override void Dispose()
    {
        _kept?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(LicenceTerms.PollInterval, clock);
        do
        {
            try
            {
                using var budget = new CancellationTokenSource(Budget, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, budget.Token);
                await PollAsync(either.Token).WaitAsync(Budget, clock, stoppingToken);
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

    /// <summary>Begins new epochs where those there are were begun by another database, or this one has gone back.</summary>
    private async Task<DatabaseState> AdoptAsync(DatabaseState observation, CancellationToken cancellationToken)
    {
        var isDue = observation.Cells.Any(cell => cell is { IsOfThisDatabase: false, DataSet: not null, Layout: <= CacheLayout.Current });
        if (_begunAnew && !isDue)
        {
            return observation;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!_begunAnew)
        {
            if (observation.Cells.Any(cell => cell.DataSet is not null))
            {
                await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
            }

            _begunAnew = true;
        }
        else if (_memory.HasGoneBack)
        {
            await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
            _memory.NewEpochsStarted();
            WentBack();
        }
        else if (await CacheEpochs.AdoptAsync(context, engine, exclusivity, cancellationToken))
        {
            Adopted();
        }

        return await AskAsync(cancellationToken);
    }

    private async Task<DatabaseState> DecideCellsAsync(DatabaseState observation, CancellationToken cancellationToken)
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
        return observation;
    }

    /// <returns>Whether there was anything to name, so that the database has to be asked again.</returns>
    private async Task<bool> NameDataSetsAsync(DatabaseState observation, CancellationToken cancellationToken)
    {
        var hasNews = false;
        for (var cell = 0; cell < cells.Count && observation.Cells.Count == cells.Count; cell++)
        {
            var state = observation.Cells[cell];
            if (cache.Assigned(cell) is { } assigned && IsNews(state, assigned))
            {
                hasNews = true;
                await using var context = await contexts.CreateDbContextAsync(cancellationToken);
                if (await CacheEpochs.NameDataSetAsync(context, engine, exclusivity, cell, state.Epoch, assigned.DataSet.Name, cancellationToken))
                {
                    Named(cell, assigned.DataSet.Name);
                }
            }
        }

        return hasNews;
    }

    private static bool IsNews(CellState state, CellAssignment assigned) =>
        state.DataSet is null
        || (state.DataSet == assigned.DataSet.Name && state.Layout < CacheLayout.Current)
        || (state.Layout <= CacheLayout.Current
            && Guards.DataSet
            && state.DataSet != assigned.DataSet.Name
            && IsNotOlder(assigned, state));

    /// <summary>
    /// Whether the cell may have been found there after the database named the other data set. What counts is the assignment, not the
    /// connection, which may have led there for long (bug class 37); and the name, not the epoch, which may be begun anew in between. If in doubt
    /// it is news: whoever names a data set has then seen it named, so that one assignment is news no more than once.
    /// </summary>
    private static bool IsNotOlder(CellAssignment assigned, CellState state) => state.NotNamedAt is not { } notNamed || assigned.Since > notNamed;

    /// <returns>Whether there was anything to settle.</returns>
    private async Task<bool> SettleAsync(DatabaseState observation, CancellationToken cancellationToken)
    {
        var watched = observation.Cells
            .Select((state, cell) => (Cell: cell, State: state))
            .Where(cell => cell.State is { IsSettled: false, IsEpochUsable: true, IsOfThisDatabase: true })
            .Select(cell => (cell.Cell, cell.State.Epoch))
            .ToArray();
        if (watched.Length == 0)
        {
            return false;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await CacheEpochs.SettleAsync(context, watched, cancellationToken) > 0;
    }

    private async Task<DatabaseState> AskAsync(CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        var askedByWallClock = clock.GetUtcNow();
        var positionBefore = _memory.Position;

        // Taken out while it is being used: a question that was given up may still be under way on it.
        var context = Interlocked.Exchange(ref _kept, null) ?? await contexts.CreateDbContextAsync(cancellationToken);
        try
        {
            await context.Database.OpenConnectionAsync(cancellationToken);
            var answer = await AskAsync(context, asked, askedByWallClock, cancellationToken);
            if (Interlocked.CompareExchange(ref _kept, context, null) is not null)
            {
                await context.DisposeAsync();
            }

            var latest = _memory.Accept(answer, positionBefore);
            if (latest.AskedAt == asked)
            {
                if (_silent)
                {
                    AnswersAgain();
                }

                _silent = false;
                _trouble = null;
            }

            return latest;
        }
        catch
        {
            await context.DisposeAsync();
            throw;
        }
    }

    private async Task<PollResult> AskAsync(
        MesDbContext context, long asked, DateTimeOffset askedByWallClock, CancellationToken cancellationToken)
    {
        var rows = await context.Database.SqlQueryRaw<AnswerRow>(Question).ToListAsync(cancellationToken);
        PollResult.Cell[] states =
        [
            .. rows.DistinctBy(row => row.Cell).OrderBy(row => row.Cell).Select(row => new PollResult.Cell(
                row.Epoch, row.DataSet, row.DatabaseId, row.Layout, row.Settled != 0, row.Outage != 0)),
        ];
        var overdue = rows.Where(row => row.Named != 0).ToList();
        return new PollResult(
            asked,
            askedByWallClock,
            rows[0].Database,
            rows[0].Position,
            rows[0].ApiKeys,
            states,
            overdue.Where(row => row.OrderId is not null).Select(row => Guid.Parse(row.OrderId!)).ToHashSet(),
            overdue is [var first, ..] && first.Named >= MaxOverdue ? int.MaxValue : overdue.Count);
    }

    // One row for each cell, and for the first one as many as orders are named; at most one more than a licence can name. An outage
    // mark of an instance that has another number of cells says nothing about which of these it means: all.
    private string Question => $"""
        WITH d AS MATERIALIZED (SELECT {engine.Identity} AS identity, {engine.Position} AS position)
        SELECT d.identity AS "Database", d.position AS "Position",
               c.cell AS "Cell", c.epoch AS "Epoch", c.data_set AS "DataSet", c.layout AS "Layout",
               c.database_id AS "DatabaseId", CASE WHEN c.settled_epoch = c.epoch THEN 1 ELSE 0 END AS "Settled",
               CASE WHEN EXISTS (SELECT 1 FROM outage_marks AS m
                                 WHERE m.cell = c.cell OR m.cells <> {cells.Count}) THEN 1 ELSE 0 END AS "Outage",
               r.value AS "ApiKeys",
               CASE WHEN o.id IS NULL THEN 0 ELSE o.changes END AS "Named", CAST(o.order_id AS text) AS "OrderId"
        FROM cache_cells AS c
        CROSS JOIN d
        CROSS JOIN revisions AS r
        LEFT JOIN ({Overdue}) AS o ON c.cell = 0
        WHERE r.name = '{Revision.ApiKeys}'
        """;

    // No more rows are read than this, and then it is not known which orders the others are about: too many.
    private int MaxOverdue => LicenceTerms.MaxOverdueOrders(cells.Count) + SeveralChangesOfOneOrder;

    // What was marked in an epoch of its cell that is over does not matter any more. By somebody who did not know the epoch: it does.
    private string Overdue => $"""
        SELECT MIN(id) AS id, order_id, CAST(SUM(COUNT(*)) OVER () AS bigint) AS changes
        FROM (SELECT id, order_id FROM (SELECT id, order_id FROM outbox WHERE overdue_at IS NOT NULL AND overdue_epoch IS NULL
                                        ORDER BY overdue_at LIMIT {MaxOverdue}) AS of_no_epoch
              UNION ALL
              SELECT id, order_id FROM ({engine.OverdueInPresentEpochs(MaxOverdue)}) AS of_epochs
              LIMIT {MaxOverdue}) AS overdue
        GROUP BY order_id
        LIMIT {LicenceTerms.MaxOverdueOrders(cells.Count) + 1}
        """;

    [LoggerMessage(Level = LogLevel.Information, Message = "The cache (cell {Cell}) is the Redis data set {DataSet} from now on")]
    private partial void Named(int cell, string dataSet);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is another one than before (restored, or another server has taken over): the cache begins empty")]
    private partial void Adopted();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database has gone back to an earlier state: the cache begins empty")]
    private partial void WentBack();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cache has {Cells} cells from now on, not {Before}; instances that are set to another number leave it alone")]
    private partial void Resized(int cells, int before);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer; until it does, only what is cached is told ({Trouble})")]
    private partial void NoAnswer(string trouble);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database answers again")]
    private partial void AnswersAgain();

    private sealed record AnswerRow(
        string? Database, long? Position, int Cell, long Epoch, string? DataSet, string? DatabaseId, int Layout, int Settled, int Outage, long ApiKeys, long Named, string? OrderId);
}
