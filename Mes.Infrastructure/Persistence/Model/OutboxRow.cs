namespace Mes.Infrastructure.Persistence.Model;

/// <summary>A change that the cache may not have yet.</summary>
internal sealed class OutboxRow
{
    public long Id { get; init; }

    /// <summary>Null for a change of something other than an order.</summary>
    public Guid? OrderId { get; init; }

    public int? Version { get; init; }

    /// <summary>Separated by spaces.</summary>
    public required string Tags { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// When a relay may take it, by the database's clock: a little later than its writer needs to settle it itself; at once
    /// for a change made behind the service's back. A relay that takes it moves this on, so that no other does meanwhile.
    /// </summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>
    /// When its writer gave up putting it, by the database's clock. While it stands, every licence leaves this order out.
    /// </summary>
    public DateTimeOffset? OverdueAt { get; init; }

    /// <summary>The cell that it was marked overdue for; null where it is not overdue.</summary>
    public int? Cell { get; init; }

    /// <summary>
    /// The epoch of that cell when it was marked overdue. In a later one nothing can be missing of it: the change was committed before
    /// that epoch began. Where whoever marks it does not say, a trigger does. Null where it is not overdue.
    /// </summary>
    public long? OverdueEpoch { get; init; }

    /// <summary>How often it could not be repaired although others could.</summary>
    public int Attempts { get; init; }
}
