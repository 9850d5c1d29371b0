using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>One change of an order. The database's trigger writes it, in the transaction of the change.</summary>
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

    /// <summary>
    /// How long the order was in <see cref="FromStatus"/>, in milliseconds; null if it did not leave that status.
    /// </summary>
    public long? TimeInFrom { get; init; }

    public Guid ChangeId { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<HistoryRow>
    {
        public void Configure(EntityTypeBuilder<HistoryRow> history)
        {
            history.ToTable("order_history");
            history.HasKey(h => new { h.OrderId, h.Version });
            history.Property(h => h.FromStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            history.Property(h => h.ToStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            history.Property(h => h.ChangedBy).HasMaxLength(128);
            history.Property(h => h.Note).HasMaxLength(500);
            history.HasIndex(h => h.At, "ix_order_history_at");
        }
    }
}
