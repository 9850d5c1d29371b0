using System.Collections.Concurrent;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// What an outage has left in the outbox, and how it goes without being repaired row by row: a new epoch of the cell, after which all
/// that was marked overdue before is worthless, and is deleted in portions.
/// </summary>
internal sealed class OutboxBacklog(IDatabaseEngine engine, TimeProvider clock)
{
    /// <summary>So many rows are repaired. With more, to begin with an empty cell is done sooner.</summary>
    public const int MaxRepaired = 2000;

    /// <summary>How many rows one statement deletes.</summary>
    public const int Portion = 5000;

    /// <summary>Rows that others were deleting when this instance came by are there still if those have died.</summary>
    private static readonly TimeSpan SweepAgainAfter = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, Sweep> _sweeps = [];

    /// <summary>The cells that have rows which were marked overdue in their present epoch, and how many: at most one more than are repaired.</summary>
    public Task<List<OfCell>> LookAsync(MesDbContext context, CancellationToken cancellationToken)
    {
        const string InPresentEpoch = "FROM outbox WHERE cell = k.cell AND overdue_epoch = k.epoch ORDER BY due_at, id";
        var sql = $"""
            SELECT k.cell AS "Cell", k.epoch AS "Epoch", (SELECT COUNT(*) FROM (SELECT 1 {InPresentEpoch} LIMIT {MaxRepaired + 1}) AS o) AS "Rows"
            FROM cache_cells AS k
            WHERE (SELECT 1 {InPresentEpoch} LIMIT 1) IS NOT NULL
            """;
        return context.Database.SqlQueryRaw<OfCell>(sql).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Deletes a portion of the rows that were marked overdue before this epoch of their cell. To be called only when every licence for
    /// the epochs before has run out: whoever waits for such a row takes it for put when it is gone.
    /// </summary>
    /// <returns>How many rows were deleted; fewer than a <see cref="Portion"/> when there are no more.</returns>
    public async Task<int> DeleteOutdatedAsync(MesDbContext context, int cell, long epoch, CancellationToken cancellationToken)
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

        // Goes on behind what was deleted last: to find the next ones, the index would otherwise be read past all that are gone.
        var after = sweep.Last is null ? string.Empty : "AND (overdue_epoch, due_at, id) > ({2}, {3}, {4})";
        var next = $$"""
            SELECT id FROM outbox WHERE cell = {0} AND overdue_epoch < {1} {{after}}
            ORDER BY cell, overdue_epoch, due_at, id LIMIT {{Portion}} {{engine.SkipLocked}}
            """;
        var sql = $"DELETE FROM outbox WHERE {engine.IdIn(next)} RETURNING *";
        object[] parameters = sweep.Last is { } last ? [cell, epoch, last.OverdueEpoch!, engine.ToColumn(last.DueAt), last.Id] : [cell, epoch];
        var deleted = await context.Outbox.FromSqlRaw(sql, parameters).AsNoTracking().ToListAsync(cancellationToken);
        _sweeps[cell] = sweep with
        {
            Last = deleted.MaxBy(row => (row.OverdueEpoch, row.DueAt, row.Id)) ?? sweep.Last,
            IsDone = deleted.Count < Portion,
        };
        return deleted.Count;
    }

    /// <summary>What is overdue in a cell.</summary>
    public sealed record OfCell(int Cell, long Epoch, long Rows);

    private sealed record Sweep(long Epoch, long StartedAt, OutboxRow? Last, bool IsDone);
}
