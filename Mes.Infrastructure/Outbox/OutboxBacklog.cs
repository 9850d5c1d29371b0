using System.Collections.Concurrent;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// What an outage has left in the outbox. A large backlog is not repaired row by row: the cell gets a new epoch, after
/// which the rows that were marked overdue before it are worthless, and are deleted in portions.
/// </summary>
internal sealed class OutboxBacklog(IDatabaseEngine engine, TimeProvider clock)
{
    /// <summary>Up to so many rows are repaired. With more, an empty cell is the faster way.</summary>
    public const int MaxRepaired = 2000;

    /// <summary>How many rows one statement deletes.</summary>
    public const int Portion = 5000;

    /// <summary>When to look again for rows that another instance was deleting, in case it has died.</summary>
    private static readonly TimeSpan SweepAgainAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, Sweep> _sweeps = [];

    /// <summary>
    /// Counts the rows of each cell that were marked overdue in its present epoch, up to one more than are repaired.
    /// </summary>
    public Task<List<OfCell>> CountAsync(MesDbContext context, CancellationToken cancellationToken)
    {
        const string InPresentEpoch = "FROM outbox WHERE cell = k.cell AND overdue_epoch = k.epoch ORDER BY due_at, id";
        var sql = $"""
            SELECT k.cell AS "Cell", k.epoch AS "Epoch",
                   (SELECT COUNT(*) FROM (SELECT 1 {InPresentEpoch} LIMIT {MaxRepaired + 1}) AS o) AS "Rows"
            FROM cache_cells AS k
            WHERE (SELECT 1 {InPresentEpoch} LIMIT 1) IS NOT NULL
            """;
        return context.Database.SqlQueryRaw<OfCell>(sql).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Deletes a portion of the rows that were marked overdue before this epoch of their cell. To be called only when
    /// every licence for earlier epochs has run out, because a writer that waits for such a row acknowledges its change
    /// once it is gone.
    /// </summary>
    /// <returns>How many rows were deleted; fewer than a <see cref="Portion"/> when there are no more.</returns>
    public async Task<int> DeleteOutdatedAsync(
        MesDbContext context, int cell, long epoch, CancellationToken cancellationToken)
    {
        if (!_sweeps.TryGetValue(cell, out var sweep) || sweep.Epoch != epoch
            || (sweep.IsDone && clock.GetElapsedTime(sweep.StartedAt) >= SweepAgainAfter))
        {
            sweep = new Sweep(epoch, clock.GetTimestamp(), null, IsDone: false);
        }

        if (sweep.IsDone)
        {
            return 0;
        }

        // Starts behind the rows that were deleted last; otherwise the search would read past all deleted rows in the
        // index.
        var after = sweep.Last is null ? string.Empty : "AND (overdue_epoch, due_at, id) > ({2}, {3}, {4})";
        var next = $$"""
            SELECT id FROM outbox WHERE cell = {0} AND overdue_epoch < {1} {{after}}
            ORDER BY cell, overdue_epoch, due_at, id LIMIT {{Portion}} {{engine.SkipLocked}}
            """;
        var sql = $"DELETE FROM outbox WHERE {engine.IdIn(next)} RETURNING *";
        object[] parameters = sweep.Last is { } last
            ? [cell, epoch, last.OverdueEpoch!, engine.ToColumn(last.DueAt), last.Id]
            : [cell, epoch];
        var deleted = await context.Outbox.FromSqlRaw(sql, parameters).AsNoTracking().ToListAsync(cancellationToken);
        _sweeps[cell] = sweep with
        {
            Last = deleted.MaxBy(row => (row.OverdueEpoch, row.DueAt, row.Id)) ?? sweep.Last,
            IsDone = deleted.Count < Portion,
        };
        return deleted.Count;
    }

    /// <summary>How many rows are overdue in a cell.</summary>
    public sealed record OfCell(int Cell, long Epoch, long Rows);

    private sealed record Sweep(long Epoch, long StartedAt, OutboxRow? Last, bool IsDone);
}
