using System.Globalization;
using System.Security.Cryptography;
using Mes.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Coordination;

/// <summary>
/// The statements that begin and settle epochs. Instances read only keys of a cell's current epoch, so a new epoch
/// empties the cell. A new epoch begins unsettled. It is used once every licence for the previous one has expired; an
/// instance measures that time and records it in the database.
/// </summary>
internal static class CacheEpochs
{
    /// <summary>Begins a new epoch of every cell, which empties the whole cache.</summary>
    public static Task<int> StartNewAsync(
        MesDbContext context, IDatabaseEngine engine, CancellationToken cancellationToken)
    {
        var sql = $$"""
            UPDATE cache_cells
            SET epoch = epoch + {{Step()}}, since = {{engine.Now()}}, layout = {{CacheLayout.Current}},
                database_id = {{engine.Identity}}
            """;
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }

    /// <summary>Begins a new epoch of one cell, which empties it.</summary>
    /// <param name="seenEpoch">
    /// The epoch that the caller has seen. If the cell has another by now, nothing happens.
    /// </param>
    /// <returns>Whether this call began the epoch.</returns>
    public static async Task<bool> StartNewAsync(
        MesDbContext context, IDatabaseEngine engine, int cell, long seenEpoch, CancellationToken cancellationToken)
    {
        var sql = $$"""
            UPDATE cache_cells SET epoch = epoch + {{Step()}}, since = {{engine.Now()}} WHERE cell = {0} AND epoch = {1}
            """;
        return await context.Database.ExecuteSqlRawAsync(sql, [cell, seenEpoch], cancellationToken) == 1;
    }

    /// <summary>
    /// Begins a new epoch of every cell whose epoch was begun by another database. The update is conditional: when
    /// several instances see that the database was restored or replaced, one of them succeeds.
    /// </summary>
    /// <returns>Whether this call began the epochs.</returns>
    public static async Task<bool> AdoptAsync(
        MesDbContext context, IDatabaseEngine engine, CacheExclusivity exclusivity, CancellationToken cancellationToken)
    {
        var next = $"epoch + {Step()}";
        var sql = $$"""
            UPDATE cache_cells
            SET epoch = {{next}},
                since = {{Since(engine, exclusivity)}},
                settled_epoch = {{SettledIf(exclusivity, next)}},
                layout = {{CacheLayout.Current}}, database_id = {{engine.Identity}}
            WHERE data_set IS NOT NULL AND layout <= {{CacheLayout.Current}}
              AND (database_id IS NULL OR database_id <> {{engine.Identity}})
            """;
        return await context.Database.ExecuteSqlRawAsync(sql, cancellationToken) > 0;
    }

    /// <summary>
    /// Gives the cache another number of cells, in one transaction. Each cell gets a new epoch without a data set, and
    /// is used once every licence for the previous cells has expired.
    /// </summary>
    /// <param name="seenEpoch">
    /// The epoch of the first cell that the caller has seen. If that cell has another by now, nothing happens.
    /// </param>
    /// <returns>Whether this call changed the number.</returns>
    public static async Task<bool> ResizeAsync(
        MesDbContext context,
        IDatabaseEngine engine,
        CacheExclusivity exclusivity,
        long seenEpoch,
        int cells,
        CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);

        // Higher than every epoch there is: a cell that is removed and comes back must not reuse an epoch of its own.
        var next = $"(SELECT MAX(c.epoch) FROM cache_cells AS c) + {Step()}";
        var first = $$"""
            UPDATE cache_cells
            SET epoch = {{next}},
                since = {{Since(engine, exclusivity)}},
                settled_epoch = {{SettledIf(exclusivity, next)}},
                data_set = NULL, layout = {{CacheLayout.Current}}, database_id = {{engine.Identity}}
            WHERE cell = 0 AND epoch = {0}
            """;
        if (await context.Database.ExecuteSqlRawAsync(first, [seenEpoch], cancellationToken) == 0)
        {
            return false;
        }

        await context.Database.ExecuteSqlRawAsync("DELETE FROM cache_cells WHERE cell <> 0", cancellationToken);
        if (cells > 1)
        {
            var numbers = string.Join(", ", Enumerable.Range(1, cells - 1).Select(cell => $"({cell})"));
            var others = $$"""
                INSERT INTO cache_cells (cell, epoch, data_set, layout, since, settled_epoch, database_id)
                SELECT o.column1, c.epoch, c.data_set, c.layout, c.since, c.settled_epoch, c.database_id
                FROM cache_cells AS c CROSS JOIN (VALUES {{numbers}}) AS o
                WHERE c.cell = 0
                """;
            await context.Database.ExecuteSqlRawAsync(others, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>
    /// Names the data set and the layout of a cell. The update is conditional: when several instances see a new data
    /// set, one of them succeeds. If the cell had no data set, the new epoch is as settled as the previous one, because
    /// no instance can hold a licence for a data set without a name.
    /// </summary>
    /// <param name="seenEpoch">
    /// The epoch that the caller has seen. If the cell has another by now, nothing happens.
    /// </param>
    /// <returns>Whether this call named it.</returns>
    public static async Task<bool> NameDataSetAsync(
        MesDbContext context,
        IDatabaseEngine engine,
        CacheExclusivity exclusivity,
        int cell,
        long seenEpoch,
        string dataSet,
        CancellationToken cancellationToken)
    {
        var next = $"epoch + {Step()}";
        var settled = exclusivity.IsExclusive
            ? next
            : $"CASE WHEN data_set IS NULL AND settled_epoch = epoch THEN {next} END";
        var sql = $$"""
            UPDATE cache_cells
            SET epoch = {{next}},
                since = CASE WHEN data_set IS NULL THEN since ELSE {{Since(engine, exclusivity)}} END,
                settled_epoch = {{settled}},
                data_set = {0},
                layout = {{CacheLayout.Current}},
                database_id = {{engine.Identity}}
            WHERE cell = {2} AND epoch = {1}
              AND (data_set IS NULL OR data_set <> {0} OR layout < {{CacheLayout.Current}})
            """;
        return await context.Database.ExecuteSqlRawAsync(sql, [dataSet, seenEpoch, cell], cancellationToken) == 1;
    }

    /// <summary>
    /// Records that every licence for the previous epochs has expired. A cell that has another epoch by now stays as it
    /// is.
    /// </summary>
    /// <param name="epochs">The epochs, by cell, that the caller has watched for long enough.</param>
    public static Task<int> SettleAsync(
        MesDbContext context, IReadOnlyCollection<(int Cell, long Epoch)> epochs, CancellationToken cancellationToken)
    {
        var pairs = string.Join(
            ", ", epochs.Select(cell => string.Create(CultureInfo.InvariantCulture, $"({cell.Cell}, {cell.Epoch})")));
        var sql = $$"""UPDATE cache_cells SET settled_epoch = epoch WHERE (cell, epoch) IN (VALUES {{pairs}})""";
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }

    // A random step, not 1: if the database was restored from a backup, the next number may have been used after that
    // backup was made, and keys of that epoch may still exist.
    private static string Step() =>
        RandomNumberGenerator.GetInt32(1, int.MaxValue).ToString(CultureInfo.InvariantCulture);

    // If no other process can hold a licence, a new epoch is settled from the beginning.
    private static string SettledIf(CacheExclusivity exclusivity, string next) => exclusivity.IsExclusive
        ? next
        : "NULL";

    private static string Since(IDatabaseEngine engine, CacheExclusivity exclusivity) => exclusivity.IsExclusive
        ? engine.Now(-(int)LicenceTerms.AllExpired.TotalMilliseconds - 1)
        : engine.Now();
}
