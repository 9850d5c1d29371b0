using System.Text.Json;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Webhooks;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Mes.Infrastructure.Persistence;

/// <summary>
/// The database of the order service. Its triggers write history and outbox (docs/decisions/0005). What the model needs
/// on one engine only, that engine adds.
/// </summary>
public sealed class MesDbContext(DbContextOptions<MesDbContext> options) : DbContext(options)
{
    private Task? _held;

    internal DbSet<Order> Orders => Set<Order>();

    internal DbSet<HistoryRow> History => Set<HistoryRow>();

    internal DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    internal DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    internal DbSet<Session> Sessions => Set<Session>();

    internal DbSet<ApiKeyUse> ApiKeyUses => Set<ApiKeyUse>();

    internal DbSet<ServiceSecret> Secrets => Set<ServiceSecret>();

    internal DbSet<CacheCell> CacheCells => Set<CacheCell>();

    internal DbSet<OutageMark> OutageMarks => Set<OutageMark>();

    internal DbSet<IdempotencyKeyRow> IdempotencyKeys => Set<IdempotencyKeyRow>();

    internal DbSet<Revision> Revisions => Set<Revision>();

    internal DbSet<QueuedEvent> EventQueue => Set<QueuedEvent>();

    internal DbSet<EventRow> Events => Set<EventRow>();

    internal DbSet<Feed> Feed => Set<Feed>();

    internal DbSet<Webhook> Webhooks => Set<Webhook>();

    internal DbSet<WebhookState> WebhookStates => Set<WebhookState>();

    internal DbSet<WebhookCall> WebhookCalls => Set<WebhookCall>();

    internal DbSet<WebhookLane> WebhookLanes => Set<WebhookLane>();

    internal DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    internal DbSet<WebhookAttempt> WebhookAttempts => Set<WebhookAttempt>();

    /// <summary>
    /// The context is disposed, or given to another request, only after this statement has ended. A caller may leave
    /// earlier (<see cref="Deadline"/>), and must not use the context again.
    /// </summary>
    internal Task<T> Hold<T>(Task<T> statement)
    {
        _held = statement;
        return statement;
    }

    public override ValueTask DisposeAsync()
    {
        var held = _held;
        _held = null;
        if (held is null or { IsCompleted: true })
        {
            return base.DisposeAsync();
        }

        // In the background: the caller has left because it must not wait any longer.
        _ = DisposeAfterAsync(held);
        return ValueTask.CompletedTask;
    }

    /// <summary>All properties of a model, those of complex types included.</summary>
    internal static IEnumerable<IMutableProperty> PropertiesOf(IMutableModel model)
    {
        return model.GetEntityTypes().SelectMany(Of);

        static IEnumerable<IMutableProperty> Of(IMutableTypeBase type) =>
            [.. type.GetProperties(), .. type.GetComplexProperties().SelectMany(complex => Of(complex.ComplexType))];
    }

    private async Task DisposeAfterAsync(Task held)
    {
        await held.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(MesDbContext).Assembly);
        foreach (var property in PropertiesOf(modelBuilder.Model))
        {
            if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
            {
                var owner = property.DeclaringType is IMutableComplexType complex ? complex.ComplexProperty.Name : "";
                property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(owner + property.Name));
            }
        }
    }
}
