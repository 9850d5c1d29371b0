using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Outbox;

/// <summary>
/// The statements by which the relays of all instances share the outbox. A relay claims rows that are due, and
/// postpones those that it could not repair.
/// </summary>
internal sealed class OutboxClaims(IDatabaseEngine engine)
{
    /// <summary>The longest pause between two attempts to repair a row.</summary>
    public const int MaxPauseMilliseconds = 2_000;

    /// <summary>
    /// How long a claim keeps other relays off a row; no lock is held while the cache is written. Short enough that a
    /// row whose relay has died is still repaired in time (G2).
    /// </summary>
    private const int ClaimMilliseconds = 1_000;

    /// <summary>
    /// No row is ever due later than this from now. A row that seems to be was written before the database's clock was
    /// set back; it is due.
    /// </summary>
    private const int LatestDue = MaxPauseMilliseconds + 1_000;

    /// <param name="condition">Which rows, in SQL.</param>
    /// <param name="max">How many rows that are due; as many again that are stranded in the future.</param>
    public Task<List<OutboxRow>> ClaimAsync(
        MesDbContext context, string condition, object[] parameters, int max, CancellationToken cancellationToken)
    {
        // The clock is read once, in a query of its own: an index cannot be searched for a function that may change.
        var due = $"""
            SELECT id FROM (SELECT id FROM outbox WHERE {condition} AND due_at <= (SELECT {engine.Now()})
                            ORDER BY due_at, id LIMIT {max} {engine.SkipLocked}) AS due
            UNION ALL
            SELECT id FROM (SELECT id FROM outbox WHERE {condition} AND due_at > (SELECT {engine.Now(LatestDue)})
                            ORDER BY due_at, id LIMIT {max} {engine.SkipLocked}) AS stranded
            """;
        var claim = $"""
            UPDATE outbox SET due_at = {engine.Now(ClaimMilliseconds)} WHERE {engine.IdIn(due)} RETURNING *
            """;

        // Materialised at once: EF Core must not wrap the update into another query.
        return context.Outbox.FromSqlRaw(claim, parameters).AsNoTracking().ToListAsync(cancellationToken);
    }

    /// <summary>Makes the rows due again later.</summary>
    /// <param name="hasFailed">Whether to count this as a failed attempt to repair them.</param>
    public Task PostponeAsync(
        MesDbContext context,
        IEnumerable<OutboxRow> rows,
        int milliseconds,
        bool hasFailed,
        CancellationToken cancellationToken)
    {
        var attempts = hasFailed ? "attempts + 1" : "attempts";
        var sql = $"""
            UPDATE outbox SET due_at = {engine.Now(milliseconds)}, attempts = {attempts}
            WHERE id IN ({string.Join(", ", rows.Select(row => row.Id))})
            """;
        return context.Database.ExecuteSqlRawAsync(sql, cancellationToken);
    }
}
