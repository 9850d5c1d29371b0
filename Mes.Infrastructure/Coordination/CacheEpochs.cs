using System.Globalization;
using System.Security.Cryptography;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// Which keys of the cache may be read at all: those of the current epoch. A new epoch begins unsettled: it is used when every licence
/// for the one before has run out, which some instance measures and writes down.
/// </summary>
internal static class CacheEpochs
{
    /// <summary>From now on nothing that is cached is read any more.</summary>
    public static Task<int> StartNewAsync(MesDbContext context, IDatabaseEngine engine, CancellationToken cancellationToken)
    {
        var sql = $"UPDATE cache_cells SET epoch = epoch + {Step()}, since = {engine.Now()}, layout = {CacheLayout.Current}, database_id = {engine.Identity}";
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }

    /// <summary>From now on nothing that is cached in this cell is read any more.</summary>
    /// <param name="seenEpoch">The epoch that the caller has seen; another since then makes this do nothing.</param>
    /// <returns>Whether it was this call that did it.</returns>
    public static async Task<bool> StartNewAsync(
        MesDbContext context, IDatabaseEngine engine, int cell, long seenEpoch, CancellationToken cancellationToken)
    {
        var sql = $"UPDATE cache_cells SET epoch = epoch + {Step()}, since = {engine.Now()} WHERE cell = {"{0}"} AND epoch = {"{1}"}";
        return await context.Database.ExecuteSqlRawAsync(sql, [cell, seenEpoch], cancellationToken) == 1;
    }

    /// <summary>
    /// Begins a new epoch of every cell whose epoch was begun by another database, in one conditional update: of several instances that see
    /// that the database was restored or has taken another's place, one succeeds.
    /// </summary>
    /// <returns>Whether it was this call that did it.</returns>
    public static async Task<bool> AdoptAsync(
        MesDbContext context, IDatabaseEngine engine, CacheExclusivity exclusivity, CancellationToken cancellationToken)
    {
        var next = $"epoch + {Step()}";
        var sql = $"""
            UPDATE cache_cells
            SET epoch = {next}, since = {Since(engine, exclusivity)}, settled_epoch = {SettledIf(exclusivity, next)},
                layout = {CacheLayout.Current}, database_id = {engine.Identity}
            WHERE data_set IS NOT NULL AND layout <= {CacheLayout.Current} AND (database_id IS NULL OR database_id <> {engine.Identity})
            """;
        return await context.Database.ExecuteSqlRawAsync(sql, cancellationToken) > 0;
    }

    /// <summary>
    /// Gives the cache another number of cells: a new epoch of each, of a data set that is still to be named, in one transaction. It is
    /// used only when every licence for the cells before has run out.
    /// </summary>
    /// <param name="seenEpoch">The epoch of the first cell that the caller has seen; another since then makes this do nothing.</param>
    /// <returns>Whether it was this call that did it.</returns>
    public static async Task<bool> ResizeAsync(
        MesDbContext context, IDatabaseEngine engine, CacheExclusivity exclusivity, long seenEpoch, int cells, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        // Behind all epochs there are: a cell that comes back later must not have one that it had before.
        var next = $"(SELECT MAX(c.epoch) FROM cache_cells AS c) + {Step()}";
        var first = $"""
            UPDATE cache_cells
            SET epoch = {next}, since = {Since(engine, exclusivity)}, settled_epoch = {SettledIf(exclusivity, next)},
                data_set = NULL, layout = {CacheLayout.Current}, database_id = {engine.Identity}
            WHERE cell = 0 AND epoch = {"{0}"}
            """;
        if (await context.Database.ExecuteSqlRawAsync(first, [seenEpoch], cancellationToken) == 0)
        {
            return false;
        }

        await context.Database.ExecuteSqlRawAsync("DELETE FROM cache_cells WHERE cell <> 0", cancellationToken);
        if (cells > 1)
        {
            var others = $"""
                INSERT INTO cache_cells (cell, epoch, data_set, layout, since, settled_epoch, database_id)
                SELECT o.column1, c.epoch, c.data_set, c.layout, c.since, c.settled_epoch, c.database_id
                FROM cache_cells AS c CROSS JOIN (VALUES {string.Join(", ", Enumerable.Range(1, cells - 1).Select(cell => $"({cell})"))}) AS o
                WHERE c.cell = 0
                """;
            await context.Database.ExecuteSqlRawAsync(others, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// Names the data set and the layout of a cell, in one conditional update: of several instances that see a new one, one succeeds. Where
    /// none was named, the new epoch is as settled as the one before: nobody can hold a licence for a data set that had no name.
    /// </summary>
    /// <param name="seenEpoch">The epoch that the caller has seen; another since then makes this do nothing.</param>
    /// <returns>Whether it was this call that named it.</returns>
    public static async Task<bool> NameDataSetAsync(
        MesDbContext context, IDatabaseEngine engine, CacheExclusivity exclusivity, int cell, long seenEpoch, string dataSet, CancellationToken cancellationToken)
    {
        var next = $"epoch + {Step()}";
        var settled = exclusivity.IsExclusive ? next : $"CASE WHEN data_set IS NULL AND settled_epoch = epoch THEN {next} END";
        var sql = $"""
            UPDATE cache_cells
            SET epoch = {next},
                since = CASE WHEN data_set IS NULL THEN since ELSE {Since(engine, exclusivity)} END,
                settled_epoch = {settled},
                data_set = {"{0}"},
                layout = {CacheLayout.Current},
                database_id = {engine.Identity}
            WHERE cell = {"{2}"} AND epoch = {"{1}"} AND (data_set IS NULL OR data_set <> {"{0}"} OR layout < {CacheLayout.Current})
            """;
        return await context.Database.ExecuteSqlRawAsync(sql, [dataSet, seenEpoch, cell], cancellationToken) == 1;
    }

    /// <summary>Every licence for the epochs before has run out. Does nothing to a cell that has another epoch by now.</summary>
    /// <param name="epochs">By cell, those that the caller has watched for so long.</param>
    public static Task<int> SettleAsync(MesDbContext context, IReadOnlyCollection<(int Cell, long Epoch)> epochs, CancellationToken cancellationToken)
    {
        var these = string.Join(", ", epochs.Select(cell => string.Create(CultureInfo.InvariantCulture, $"({cell.Cell}, {cell.Epoch})")));
        var sql = $"UPDATE cache_cells SET settled_epoch = epoch WHERE (cell, epoch) IN (VALUES {these})";
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }

    // Not simply the next number: where the database was restored from a backup, that one may have been in use since the backup
    // was made, and its keys may still be there.
    private static string Step() => RandomNumberGenerator.GetInt32(1, int.MaxValue).ToString(CultureInfo.InvariantCulture);

    // Where nobody else can hold a licence, the epoch is born settled.
    private static string SettledIf(CacheExclusivity exclusivity, string next) => exclusivity.IsExclusive ? next : "NULL";

    private static string Since(IDatabaseEngine engine, CacheExclusivity exclusivity) =>
        exclusivity.IsExclusive ? engine.Now(-(int)LicenceTerms.AllExpired.TotalMilliseconds - 1) : engine.Now();
}
