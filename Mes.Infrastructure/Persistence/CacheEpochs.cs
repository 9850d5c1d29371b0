using System.Security.Cryptography;
using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Licensing;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence;

/// <summary>Which keys of the cache may be read at all: those of the current epoch.</summary>
internal static class CacheEpochs
{
    // Not simply the next number: where the database was restored from a backup, that one may have been in use since the backup
    // was made, and its keys may still be there.
    private static string Next => $"epoch + {RandomNumberGenerator.GetInt32(1, int.MaxValue)}";

    /// <summary>From now on nothing that is cached is read any more.</summary>
    public static Task<int> StartNewAsync(MesDbContext context, IDatabaseEngine engine, CancellationToken cancellationToken)
    {
        var sql = $"UPDATE cache_cells SET epoch = {Next}, since = {engine.Now()}, layout = {IndexScore.Layout}";
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }

    /// <summary>
    /// Names the data set and the layout of a cell, in one conditional update: of several instances that see a new one, one succeeds. The first
    /// to name any need not wait: nobody can hold a licence for a data set that had no name.
    /// </summary>
    /// <param name="seenEpoch">The epoch that the caller has seen; another since then makes this do nothing.</param>
    /// <returns>Whether it was this call that named it.</returns>
    public static async Task<bool> NameDataSetAsync(
        MesDbContext context, IDatabaseEngine engine, CacheExclusivity exclusivity, long seenEpoch, string dataSet, CancellationToken cancellationToken)
    {
        // Where nobody else can hold a licence, the epoch is as good as old.
        var since = exclusivity.IsExclusive ? engine.Now(-(int)LicenceTerms.AllOver.TotalMilliseconds - 1) : engine.Now();
        var sql = $"""
            UPDATE cache_cells
            SET epoch = {Next},
                since = CASE WHEN data_set IS NULL THEN since ELSE {since} END,
                data_set = {"{0}"},
                layout = {IndexScore.Layout}
            WHERE cell = 0 AND epoch = {"{1}"} AND (data_set IS NULL OR data_set <> {"{0}"} OR layout < {IndexScore.Layout})
            """;
        return await context.Database.ExecuteSqlRawAsync(sql, [dataSet, seenEpoch], cancellationToken) == 1;
    }
}
