using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

/// <summary>A change that the cache may not have yet.</summary>
internal sealed class OutboxRow
{
    /// <summary>After this many failed attempts a row counts as set aside.</summary>
    public const int SetAsideAfter = 10;

    /// <summary>
    /// How long a writer has to put its change itself. A relay that took the row earlier would only do the work twice.
    /// </summary>
    public const int WriterGraceMilliseconds = 300;

    public long Id { get; init; }

    /// <summary>Null for a change of something other than an order.</summary>
    public Guid? OrderId { get; init; }

    public int? Version { get; init; }

    /// <summary>Separated by spaces.</summary>
    public required string Tags { get; init; }

    /// <summary>By the database's clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// When a relay may take the row, by the database's clock: a little later than the writer needs to put the change
    /// itself, or at once if the change was made past the service. A relay that takes the row moves this on, so that no
    /// other relay takes it meanwhile.
    /// </summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>
    /// When the writer gave up putting the change, by the database's clock. While it is set, no licence covers the
    /// order.
    /// </summary>
    public DateTimeOffset? OverdueAt { get; init; }

    /// <summary>
    /// The cell that the row was marked overdue for; null if it is not overdue, or if the epoch was not known.
    /// </summary>
    public int? Cell { get; init; }

    /// <summary>
    /// The epoch of the cell when the row was marked overdue. A later epoch cannot lack the change, because it was
    /// committed before that epoch began. A trigger sets it where the
    /// statement that marks the row does not. Null if the row is not overdue.
    /// </summary>
    public long? OverdueEpoch { get; init; }

    /// <summary>How often the row could not be repaired although others could.</summary>
    public int Attempts { get; init; }

    internal sealed class Configuration : IEntityTypeConfiguration<OutboxRow>
    {
        public void Configure(EntityTypeBuilder<OutboxRow> outbox)
        {
            outbox.ToTable("outbox");
            outbox.HasKey(o => o.Id);
            outbox.Property(o => o.Id).ValueGeneratedOnAdd();
            outbox.HasIndex(o => new { o.OrderId, o.Version }, "ix_outbox_order");

            // However many rows an outage has left, every statement on the outbox reads a bounded part of one of these
            // (docs/decisions/0022).
            outbox.HasIndex(o => new { o.DueAt, o.Id }, "ix_outbox_due")
                .HasFilter("overdue_epoch IS NULL");
            outbox.HasIndex(o => o.OverdueAt, "ix_outbox_overdue")
                .HasFilter("overdue_at IS NOT NULL AND overdue_epoch IS NULL");
            outbox.HasIndex(o => new { o.Cell, o.OverdueEpoch, o.DueAt, o.Id }, "ix_outbox_overdue_of_cell")
                .HasFilter("overdue_epoch IS NOT NULL");
            outbox.HasIndex(o => o.Id, "ix_outbox_set_aside")
                .HasFilter($"attempts >= {SetAsideAfter}");
        }
    }
}
