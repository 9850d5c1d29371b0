using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence;

internal sealed class OrderRepository(MesDbContext context, TransientRetry retry) : IOrderRepository
{
    public Task<Order?> FindAsync(IOrderCommand command, CancellationToken cancellationToken) =>
        retry.RunAsync(
            token => context.Orders.FirstOrDefaultAsync(order => order.Id == command.OrderId, token),
                cancellationToken);

    public Task<Guid?> FindIdAsync(string sellerId, string externalId, CancellationToken cancellationToken) =>
        retry.RunAsync(
            token => context.Orders
                .Where(order => order.SellerId == sellerId && order.ExternalId == externalId)
                .Select(order => (Guid?)order.Id)
                .FirstOrDefaultAsync(token),
            cancellationToken);

    public void Add(IOrderCommand command, Order order) => context.Add(order);
}
