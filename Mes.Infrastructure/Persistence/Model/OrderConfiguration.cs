using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mes.Infrastructure.Persistence.Model;

internal sealed class OrderConfiguration : IEntityTypeConfiguration<Order>
{
    /// <summary>
    /// The column that names the attempt that last changed an order. It answers whether a commit succeeded whose reply
    /// was lost.
    /// </summary>
    public const string ChangeId = "ChangeId";

    public void Configure(EntityTypeBuilder<Order> order)
    {
        order.ToTable(
            "orders", table => table.HasCheckConstraint("ck_orders_status", $"status IN ({StatusConverter.Sql})"));
        order.HasKey(o => o.Id);
        order.Property(o => o.Id).ValueGeneratedNever();
        order.Property(o => o.SellerId).HasMaxLength(64);
        order.Property(o => o.ExternalId).HasMaxLength(64);
        order.Property(o => o.Material).HasMaxLength(64);
        order.Property(o => o.Notes).HasMaxLength(2000);
        order.Property(o => o.OperatorId).HasMaxLength(64);
        order.Property(o => o.Status).HasConversion<StatusConverter>().HasMaxLength(32);
        order.Property(o => o.Version).IsConcurrencyToken();
        order.Property<Guid>(ChangeId);
        order.ComplexProperty(o => o.Model, model =>
        {
            model.Property(m => m.FileName).HasMaxLength(255);
            model.Property(m => m.Sha256).HasMaxLength(64);
            model.Property(m => m.PolygonCount);
        });
        order.ComplexProperty(o => o.Price, price =>
        {
            price.Property(p => p.Amount).HasPrecision(10, 2);
            price.Property(p => p.Currency).HasMaxLength(3);
        });
        order.ComplexProperty(o => o.Shipment, shipment =>
        {
            shipment.Property(s => s.Carrier).HasMaxLength(64);
            shipment.Property(s => s.TrackingNumber).HasMaxLength(64);
        });
        order.ComplexProperty(o => o.LastChange, change =>
        {
            change.Property(c => c.By).HasColumnName("changed_by").HasMaxLength(128);
            change.Property(c => c.Note).HasColumnName("change_note").HasMaxLength(500);
        });

        // For the keyset queries of lists and board. Each index ends with the id, which breaks ties.
        order.HasIndex(o => new { o.SellerId, o.ExternalId }, "ux_orders_seller_external_id").IsUnique();
        order.HasIndex(o => new { o.SellerId, o.UpdatedAt, o.Id }, "ix_orders_seller_updated");
        order.HasIndex(o => new { o.SellerId, o.CreatedAt, o.Id }, "ix_orders_seller_created");
        order.HasIndex(o => new { o.SellerId, o.Status, o.UpdatedAt, o.Id }, "ix_orders_seller_status_updated");
        order.HasIndex(o => new { o.UpdatedAt, o.Id }, "ix_orders_updated");
        order.HasIndex(o => new { o.CreatedAt, o.Id }, "ix_orders_created");
        order.HasIndex(o => new { o.Status, o.UpdatedAt, o.Id }, "ix_orders_status_updated");
        order.HasIndex(o => new { o.Status, o.StatusChangedAt, o.Id }, "ix_orders_status_changed");
        order.HasIndex(o => o.ExternalId, "ix_orders_external_id");
    }
}
