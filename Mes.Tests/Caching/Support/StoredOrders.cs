using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Mes.Tests.Caching.Support;

/// <summary>Orders as they may stand in the database: in any status, and with any times.</summary>
internal static class StoredOrders
{
    /// <param name="times">
    /// The times of the submission and of each change. The last one also counts for all later changes.
    /// </param>
    public static Order Of(Caller seller, OrderStatus status, params DateTimeOffset[] times)
    {
        var step = 0;
        DateTimeOffset Next() => times[Math.Min(step++, times.Length - 1)];
        var id = Guid.CreateVersion7(times[0]);
        var order = Order.Submit(id, seller, $"ext-{id:N}", new Model3D("part.stl", new string('a', 64), 12_000), "PLA",
            2, null, null, Next()).Order;
        order.LeadTo(status, seller, Commands.Anna, Commands.Crm, Next);
        return order;
    }

    /// <summary>
    /// Inserts the orders into the database alone, and deletes the outbox rows that would have them put into the cache.
    /// </summary>
    public static async Task InsertAsync(this IDbContextFactory<MesDbContext> contexts, IEnumerable<Order> orders)
    {
        await using var context = await contexts.CreateDbContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.Orders.AddRange(orders);
        await context.SaveChangesAsync();
        await context.Outbox.ExecuteDeleteAsync();
        await transaction.CommitAsync();
    }
}
