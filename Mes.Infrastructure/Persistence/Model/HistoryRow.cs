using Mes.Domain.Orders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>One change of an order; written by the database's trigger, with the change.</summary>
internal sealed class HistoryRow
{
    public Guid OrderId { get; init; }

    public int Version { get; init; }

    /// <summary>Null for the submission.</summary>
    public OrderStatus? FromStatus { get; init; }

    public OrderStatus ToStatus { get; init; }

    public required string ChangedBy { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset At { get; init; }

    /// <summary>How long the order was in <see cref="FromStatus"/>, in milliseconds; null when it did not leave it.</summary>
    public long? TimeInFrom { get; init; }

    public Guid ChangeId { get; init; }
}
