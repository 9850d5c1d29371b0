using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Decides, after each poll, whether new epochs are due: of all cells if the database was replaced or has gone back to
/// an earlier state; of a cell whose data set is not the one that the database names. Settles epochs that have been
/// watched for long enough.
/// </summary>
internal sealed partial class EpochCoordinator(
    IDbContextFactory<MesDbContext> contexts,
    IDatabaseEngine engine,
    ICacheHealth cache,
    Cells cells,
    CacheExclusivity exclusivity,
    PollHistory history,
    ILogger logger)
{
    // False if the database may have been replaced unnoticed before this start: then the cache must begin empty. An
    // embedded cache is another data set at every start anyway.
    private bool _hasStartedAnew = engine.IsIdentityLasting || exclusivity.IsExclusive;
    private bool _hasDecidedCells;

    /// <param name="state">The state that was polled last.</param>
    /// <param name="poll">Polls the database again.</param>
    /// <returns>The latest state, polled again if anything was changed.</returns>
    public async Task<DatabaseState> CoordinateAsync(
        DatabaseState state, Func<CancellationToken, Task<DatabaseState>> poll, CancellationToken cancellationToken)
    {
        // A database that only follows another cannot be written, and its epochs are not used.
        if (cache.IsDisabled || state.Database is null)
        {
            return state;
        }

        if (await AdoptAsync(state, cancellationToken))
        {
            state = await poll(cancellationToken);
        }

        // Only at the start: the instance that was started last decides, so instances that start later may override
        // this.
        if (!_hasDecidedCells)
        {
            if (await ResizeAsync(state, cancellationToken))
            {
                state = await poll(cancellationToken);
            }

            _hasDecidedCells = true;
        }

        var isChanged = await NameDataSetsAsync(state, cancellationToken);
        isChanged |= await SettleAsync(state, cancellationToken);
        return isChanged ? await poll(cancellationToken) : state;
    }

    /// <summary>
    /// Begins new epochs if another database began the present ones, or if this database has gone back.
    /// </summary>
    /// <returns>Whether the database must be polled again.</returns>
    private async Task<bool> AdoptAsync(DatabaseState state, CancellationToken cancellationToken)
    {
        var isDue = state.Cells.Any(
            cell => cell is { IsOfThisDatabase: false, DataSet: not null, Layout: <= CacheLayout.Current });
        if (_hasStartedAnew && !isDue)
        {
            return false;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (!_hasStartedAnew)
        {
            if (state.Cells.Any(cell => cell.DataSet is not null))
            {
                await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
            }

            _hasStartedAnew = true;
        }
        else if (history.HasGoneBack)
        {
            await CacheEpochs.StartNewAsync(context, engine, cancellationToken);
            history.NewEpochsStarted();
            WentBack();
        }
        else if (await CacheEpochs.AdoptAsync(context, engine, exclusivity, cancellationToken))
        {
            Adopted();
        }

        return true;
    }

    /// <returns>Whether the database must be polled again.</returns>
    private async Task<bool> ResizeAsync(DatabaseState state, CancellationToken cancellationToken)
    {
        var before = state.Cells.Count;
        if (before == cells.Count)
        {
            return false;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await CacheEpochs.ResizeAsync(
            context, engine, exclusivity, state.Cells[0].Epoch, cells.Count, cancellationToken))
        {
            Resized(cells.Count, before);
        }

        return true;
    }

    /// <returns>Whether the database must be polled again.</returns>
    private async Task<bool> NameDataSetsAsync(DatabaseState state, CancellationToken cancellationToken)
    {
        var isDue = false;
        for (var cell = 0; cell < cells.Count && state.Cells.Count == cells.Count; cell++)
        {
            var before = state.Cells[cell];
            if (cache.Assigned(cell) is { } assigned && MustBeNamed(before, assigned))
            {
                isDue = true;
                var name = assigned.DataSet.Name;
                await using var context = await contexts.CreateDbContextAsync(cancellationToken);
                if (await CacheEpochs.NameDataSetAsync(
                    context, engine, exclusivity, cell, before.Epoch, name, cancellationToken))
                {
                    Named(cell, name);
                }
            }
        }

        return isDue;
    }

    private static bool MustBeNamed(CellState state, CellAssignment assigned) =>
        state.DataSet is null
        || (state.DataSet == assigned.DataSet.Name && state.Layout < CacheLayout.Current)
        || (state.Layout <= CacheLayout.Current
            && state.DataSet != assigned.DataSet.Name
            && MayBeNewer(assigned, state));

    /// <summary>
    /// Whether this instance may have found the cell there after the database named the other data set. The assignment
    /// counts, not the connection, which may have existed for long (bug class 37). The name counts, not the epoch,
    /// which may have begun anew in between. In doubt the answer is yes: the instance that names a data set has then
    /// seen it named, so one assignment is named at most once.
    /// </summary>
    private static bool MayBeNewer(CellAssignment assigned, CellState state) =>
        state.NotNamedAt is not { } notNamed || assigned.Since > notNamed;

    /// <returns>Whether the database must be polled again.</returns>
    private async Task<bool> SettleAsync(DatabaseState state, CancellationToken cancellationToken)
    {
        var watched = state.Cells
            .Select((cell, number) => (Number: number, State: cell))
            .Where(cell => cell.State is { IsSettled: false, IsEpochUsable: true, IsOfThisDatabase: true })
            .Select(cell => (cell.Number, cell.State.Epoch))
            .ToArray();
        if (watched.Length == 0)
        {
            return false;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await CacheEpochs.SettleAsync(context, watched, cancellationToken) > 0;
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "The cache (cell {Cell}) is the Redis data set {DataSet} from now on")]
    private partial void Named(int cell, string dataSet);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The database is another one than before (restored, or another server has taken over): " +
            "the cache begins empty")]
    private partial void Adopted();

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The database has gone back to an earlier state: the cache begins empty")]
    private partial void WentBack();

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The cache has {Cells} cells from now on, not {Before}; " +
            "instances that are set to another number do not use it")]
    private partial void Resized(int cells, int before);
}
