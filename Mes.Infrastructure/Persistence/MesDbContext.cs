using System.Text.Json;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence.Model;
using Mes.Infrastructure.Redis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Mes.Infrastructure.Persistence;

/// <summary>The database of the order service. History and outbox are written by its triggers (docs/decisions/0005).</summary>
public sealed class MesDbContext(DbContextOptions<MesDbContext> options) : DbContext(options)
{
    /// <summary>Names the attempt that last changed an order, so that a commit whose answer was lost can be looked up.</summary>
    internal const string ChangeId = "ChangeId";

    /// <summary>Outbox rows that failed so often are counted as set aside.</summary>
    internal const int SetAsideAfter = 10;

    /// <summary>Milliseconds in which a writer settles its own row; taking it earlier would only do the work twice.</summary>
    private const int WriterPatience = 300;

    internal DbSet<Order> Orders => Set<Order>();

    internal DbSet<HistoryRow> History => Set<HistoryRow>();

    internal DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    internal DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    internal DbSet<ServiceSecret> Secrets => Set<ServiceSecret>();

    internal DbSet<CacheCell> CacheCells => Set<CacheCell>();

    internal DbSet<OutageMark> OutageMarks => Set<OutageMark>();

    internal DbSet<Revision> Revisions => Set<Revision>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("orders", table =>
            {
                table.HasCheckConstraint("ck_orders_status", $"status IN ({Quoted(OrderStatuses.All)})");
                if (Database.IsNpgsql())
                {
                    // What a change by hand must not do: leave a row that nobody can read, and with it no list (docs/decisions/0028).
                    table.HasCheckConstraint("ck_orders_seller_id", FitsAsId("seller_id"));
                    table.HasCheckConstraint("ck_orders_version", "version >= 1");
                    table.HasCheckConstraint("ck_orders_times", CanBeTold("created_at", "status_changed_at", "updated_at", "due_at"));
                    table.HasCheckConstraint("ck_orders_price", "(price_amount IS NULL) = (price_currency IS NULL) AND price_amount <> 'NaN'");
                    table.HasCheckConstraint("ck_orders_shipment", "(shipment_carrier IS NULL) = (shipment_tracking_number IS NULL)");
                }
            });
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

            // The keyset queries of lists and board: each ends with the id, which breaks ties.
            order.HasIndex(o => new { o.SellerId, o.ExternalId }, "ux_orders_seller_external_id").IsUnique();
            order.HasIndex(o => new { o.SellerId, o.UpdatedAt, o.Id }, "ix_orders_seller_updated");
            order.HasIndex(o => new { o.SellerId, o.CreatedAt, o.Id }, "ix_orders_seller_created");
            order.HasIndex(o => new { o.SellerId, o.Status, o.UpdatedAt, o.Id }, "ix_orders_seller_status_updated");
            order.HasIndex(o => new { o.UpdatedAt, o.Id }, "ix_orders_updated");
            order.HasIndex(o => new { o.CreatedAt, o.Id }, "ix_orders_created");
            order.HasIndex(o => new { o.Status, o.UpdatedAt, o.Id }, "ix_orders_status_updated");
            order.HasIndex(o => new { o.Status, o.StatusChangedAt, o.Id }, "ix_orders_status_changed");
            order.HasIndex(o => o.ExternalId, "ix_orders_external_id");
        });

        modelBuilder.Entity<HistoryRow>(history =>
        {
            history.ToTable("order_history", table =>
            {
                if (Database.IsNpgsql())
                {
                    var statuses = Quoted(OrderStatuses.All);
                    table.HasCheckConstraint("ck_order_history_status", $"from_status IN ({statuses}) AND to_status IN ({statuses})");
                    table.HasCheckConstraint("ck_order_history_at", CanBeTold("at"));
                }
            });
            history.HasKey(h => new { h.OrderId, h.Version });
            history.Property(h => h.FromStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            history.Property(h => h.ToStatus).HasConversion<StatusConverter>().HasMaxLength(32);
            history.Property(h => h.ChangedBy).HasMaxLength(128);
            history.Property(h => h.Note).HasMaxLength(500);
            history.HasIndex(h => h.At, "ix_order_history_at");
        });

        modelBuilder.Entity<OutboxRow>(outbox =>
        {
            outbox.ToTable("outbox");
            outbox.HasKey(o => o.Id);
            outbox.Property(o => o.Id).ValueGeneratedOnAdd();
            outbox.Property(o => o.CreatedAt).HasDefaultValueSql(Now(0));
            outbox.Property(o => o.DueAt).HasDefaultValueSql(Now(WriterPatience));
            outbox.HasIndex(o => new { o.OrderId, o.Version }, "ix_outbox_order");

            // Every statement on the outbox reads a bounded part of one of these, however many rows an outage has left (docs/decisions/0022).
            outbox.HasIndex(o => new { o.DueAt, o.Id }, "ix_outbox_due").HasFilter("overdue_epoch IS NULL");
            outbox.HasIndex(o => o.OverdueAt, "ix_outbox_overdue").HasFilter("overdue_at IS NOT NULL AND overdue_epoch IS NULL");
            outbox.HasIndex(o => new { o.Cell, o.OverdueEpoch, o.DueAt, o.Id }, "ix_outbox_overdue_of_cell").HasFilter("overdue_epoch IS NOT NULL");
            outbox.HasIndex(o => o.Id, "ix_outbox_set_aside").HasFilter($"attempts >= {SetAsideAfter}");
        });

        modelBuilder.Entity<ApiKey>(key =>
        {
            key.ToTable("api_keys", table =>
            {
                if (Database.IsNpgsql())
                {
                    table.HasCheckConstraint("ck_api_keys_caller_id", FitsAsId("caller_id"));
                    table.HasCheckConstraint("ck_api_keys_role", $"role IN ({string.Join(", ", Enum.GetValues<Role>().Select(role => $"'{RoleNames.Of(role)}'"))})");
                }
            });
            key.HasKey(k => k.Id);
            key.Property(k => k.Id).HasMaxLength(64);
            key.Property(k => k.SecretHash).HasMaxLength(32);
            key.Property(k => k.Role).HasConversion<RoleConverter>().HasMaxLength(16);
            key.Property(k => k.CallerId).HasMaxLength(64);
            key.Property(k => k.CreatedAt);
        });

        modelBuilder.Entity<ServiceSecret>(secret =>
        {
            secret.ToTable("service_secrets");
            secret.HasKey(s => s.Name);
        });

        modelBuilder.Entity<CacheCell>(cell =>
        {
            cell.ToTable("cache_cells");
            cell.HasKey(c => c.Cell);
            cell.Property(c => c.Cell).ValueGeneratedNever();
        });

        modelBuilder.Entity<OutageMark>(mark =>
        {
            mark.ToTable("outage_marks");
            mark.HasKey(m => m.Instance);
            mark.Property(m => m.Cell).HasDefaultValue(0);
            mark.Property(m => m.Cells).HasDefaultValue(0);
            mark.Property(m => m.Beat).HasDefaultValue(0L);
            mark.Property(m => m.Confirmed).HasDefaultValue(false);
        });

        modelBuilder.Entity<Revision>(revision =>
        {
            revision.ToTable("revisions");
            revision.HasKey(r => r.Name);
        });

        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            NameColumns(entity);
        }
    }

    private void NameColumns(IMutableTypeBase type)
    {
        foreach (var property in type.GetProperties())
        {
            if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
            {
                var owner = type is IMutableComplexType complex ? complex.ComplexProperty.Name : string.Empty;
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(owner + property.Name));
            }

            if (property.ClrType == typeof(DateTimeOffset) || property.ClrType == typeof(DateTimeOffset?))
            {
                if (Database.IsNpgsql())
                {
                    property.SetColumnType("timestamp(3) with time zone");
                }
                else
                {
                    property.SetValueConverter(new MillisecondsConverter());
                }
            }
        }

        foreach (var complex in type.GetComplexProperties())
        {
            NameColumns(complex.ComplexType);
        }
    }

    private string Now(int shiftMilliseconds) => Database.IsNpgsql()
        ? $"clock_timestamp() + {shiftMilliseconds} * interval '1 millisecond'"
        : $"CAST(unixepoch('subsec') * 1000 AS INTEGER) + {shiftMilliseconds}";

    /// <summary>As keys are issued for: an id stands in cache keys, tags and entries as it is. Whatever the collation.</summary>
    private static string FitsAsId(string column) => $"{column} COLLATE \"C\" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}$'";

    /// <summary>Neither infinite nor beyond the years that .NET and RFC 3339 know.</summary>
    private static string CanBeTold(params IEnumerable<string> columns) => string.Join(
        " AND ", columns.Select(column => $"{column} >= '0001-01-01 00:00:00+00' AND {column} < '10000-01-01 00:00:00+00'"));

    private static string Quoted(IEnumerable<OrderStatus> statuses) => string.Join(", ", statuses.Select(status => $"'{status.Name()}'"));

    private sealed class StatusConverter() : ValueConverter<OrderStatus, string>(status => status.Name(), name => OrderStatuses.Parse(name));

    private sealed class RoleConverter() : ValueConverter<Role, string>(role => RoleNames.Of(role), name => RoleNames.Parse(name));

    /// <summary>Where the database has no type for times, they are Unix milliseconds, which sort as they should.</summary>
    private sealed class MillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
