using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Mes.Embedded;

/// <summary>
/// Adds the parts of the model that SQLite alone has. It has no type for times: they are stored as Unix milliseconds,
/// which sort correctly.
/// </summary>
internal sealed class SqliteModel(ModelCustomizerDependencies dependencies) : RelationalModelCustomizer(dependencies)
{
    public override void Customize(ModelBuilder modelBuilder, DbContext context)
    {
        base.Customize(modelBuilder, context);
        var outbox = modelBuilder.Entity<OutboxRow>();
        outbox.Property(row => row.CreatedAt).HasDefaultValueSql(Now(0));
        outbox.Property(row => row.DueAt).HasDefaultValueSql(Now(OutboxRow.WriterGraceMilliseconds));
        modelBuilder.Entity<IdempotencyKeyRow>().Property(row => row.CreatedAt).HasDefaultValueSql(Now(0));
        foreach (var property in MesDbContext.PropertiesOf(modelBuilder.Model))
        {
            if (property.ClrType == typeof(DateTimeOffset) || property.ClrType == typeof(DateTimeOffset?))
            {
                property.SetValueConverter(new MillisecondsConverter());
            }
        }
    }

    private static string Now(int shiftMilliseconds) =>
        $"CAST(unixepoch('subsec') * 1000 AS INTEGER) + {shiftMilliseconds}";

    private sealed class MillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(),
        milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
