using Mes.Application.Statistics;
using Mes.Application.Statistics.GetWidget;
using Mes.Domain.Orders;
using Microsoft.EntityFrameworkCore;

namespace Mes.Infrastructure.Persistence.Reads;

internal sealed class WidgetReader(DatabaseReads reads) : IWidgetReader
{
    public Task<Widget> ReadAsync(string sellerId, CancellationToken cancellationToken) => reads.ReadAsync(
        async (context, token) =>
        {
            var active = OrderStatuses.Active;
            var orders = await context.Orders
                .Where(order => order.SellerId == sellerId && active.Contains(order.Status))
                .CountAsync(token);
            return new Widget(orders);
        },
        cancellationToken);
}
