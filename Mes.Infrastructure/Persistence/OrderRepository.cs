using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Application.Orders.SubmitOrder;
using Mes.Domain.Orders;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence;

internal sealed class OrderRepository(MesDbContext context, TransientRetry retry) : IOrderRepository
{
    public Task<Order?> FindAsync(IOrderCommand command, CancellationToken cancellationToken) =>
        retry.RunAsync(
            context,
            token => context.Orders.FirstOrDefaultAsync(order => order.Id == command.OrderId, token),
            cancellationToken);

    public Task<EarlierSubmissions> FindEarlierAsync(SubmitOrder command, CancellationToken cancellationToken)
    {
        var sellerId = command.Caller.Id;
        var found = context.Orders
            .Where(order => order.SellerId == sellerId && order.ExternalId == command.ExternalId)
            .Select(order => new { order.Id, BodyHash = (byte[]?)null });
        if (command.IdempotencyKey is { Value: var key })
        {
            // One statement, so that an order is never seen without its key.
            found = found.Concat(context.IdempotencyKeys
                .Where(row => row.SellerId == sellerId && row.Key == key)
                .Select(row => new { Id = row.OrderId, BodyHash = (byte[]?)row.BodyHash }));
        }

        return retry.RunAsync(
            context,
            async token =>
            {
                var rows = await found.ToListAsync(token);
                return new EarlierSubmissions(
                    rows.FirstOrDefault(row => row.BodyHash is null)?.Id,
                    rows.FirstOrDefault(row => row.BodyHash is not null) is { } keyed
                        ? new EarlierSubmissions.Keyed(keyed.Id, keyed.BodyHash)
                        : null);
            },
            cancellationToken);
    }

    public void Add(IOrderCommand command, Order order)
    {
        context.Add(order);
        if (command is SubmitOrder { IdempotencyKey: { } key })
        {
            context.Add(new IdempotencyKeyRow
            {
                SellerId = order.SellerId,
                Key = key.Value,
                BodyHash = key.BodyHash.ToArray(),
                OrderId = order.Id,
            });
        }
    }
}
