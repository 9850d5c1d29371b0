using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>
/// Adds the parts of the model that PostgreSQL alone has. Its check constraints keep changes by hand from leaving a row
/// that no reader can decode, which would make every list with it unreadable (docs/decisions/0028).
/// </summary>
internal sealed class PostgresModel(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
{
    public override void Customize(ModelBuilder modelBuilder, DbContext context)
    {
        base.Customize(modelBuilder, context);
        modelBuilder.Entity<Order>().ToTable(table =>
        {
            table.HasCheckConstraint("ck_orders_seller_id", IsId("seller_id"));
            table.HasCheckConstraint("ck_orders_version", "version >= 1");
            table.HasCheckConstraint(
                "ck_orders_times", AreTimes("created_at", "status_changed_at", "updated_at", "due_at"));
            table.HasCheckConstraint(
                "ck_orders_price", "(price_amount IS NULL) = (price_currency IS NULL) AND price_amount <> 'NaN'");
            table.HasCheckConstraint(
                "ck_orders_shipment", "(shipment_carrier IS NULL) = (shipment_tracking_number IS NULL)");
        });
        modelBuilder.Entity<HistoryRow>().ToTable(table =>
        {
            table.HasCheckConstraint(
                "ck_order_history_status",
                $"from_status IN ({StatusConverter.Sql}) AND to_status IN ({StatusConverter.Sql})");
            table.HasCheckConstraint("ck_order_history_at", AreTimes("at"));
        });
        modelBuilder.Entity<ApiKey>().ToTable(table =>
        {
            table.HasCheckConstraint("ck_api_keys_caller_id", IsId("caller_id"));
            table.HasCheckConstraint("ck_api_keys_expires_at", AreTimes("expires_at"));
            table.HasCheckConstraint("ck_api_keys_role", $"role IN ({RoleConverter.Sql})");
        });

        modelBuilder.Entity<Session>().ToTable(
            table => table.HasCheckConstraint("ck_sessions_times", AreTimes("created_at", "expires_at")));

        var outbox = modelBuilder.Entity<OutboxRow>();
        outbox.Property(row => row.CreatedAt).HasDefaultValueSql(Now(0));
        outbox.Property(row => row.DueAt).HasDefaultValueSql(Now(OutboxRow.WriterGraceMilliseconds));
        modelBuilder.Entity<IdempotencyKeyRow>().Property(row => row.CreatedAt).HasDefaultValueSql(Now(0));
        modelBuilder.Entity<QueuedEvent>().Property(queued => queued.Id).UseIdentityAlwaysColumn();
        foreach (var property in MesDbContext.PropertiesOf(modelBuilder.Model))
        {
            if (property.ClrType == typeof(DateTimeOffset) || property.ClrType == typeof(DateTimeOffset?))
            {
                property.SetColumnType("timestamp(3) with time zone");
            }
        }
    }

    private static string Now(int shiftMilliseconds) =>
        $"clock_timestamp() + {shiftMilliseconds} * interval '1 millisecond'";

    /// <summary>
    /// The form of ids that keys are issued for, whatever the collation: an id is part of cache keys, tags and entries.
    /// </summary>
    private static string IsId(string column) => $"{column} COLLATE \"C\" ~ '^[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}$'";

    /// <summary>Neither infinite nor outside the years that .NET and RFC 3339 can represent.</summary>
    private static string AreTimes(params IEnumerable<string> columns) => string.Join(
        " AND ",
        columns.Select(column => $"{column} >= '0001-01-01 00:00:00+00' AND {column} < '10000-01-01 00:00:00+00'"));
}
