using MediatR;
using Mes.Application.Paging;
using Mes.Application.Persistence;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.GetOrderHistory;

internal sealed class GetOrderHistoryHandler(
    IOrderReader orders, IOrderHistoryReader histories, ICursorProtector cursors)
    : IRequestHandler<GetOrderHistory, Result<OrderHistory>>
{
    public async Task<Result<OrderHistory>> Handle(GetOrderHistory query, CancellationToken cancellationToken)
    {
        var after = cursors.ReadNumber(query.Cursor, query.CursorScope);
        if (!after.IsSuccess)
        {
            return after.Error;
        }

        // Find the order first, so that another seller's order takes no longer than one that never existed (bug class
        // 20).
        if (query.Caller.Role == Role.Seller
            && !(await orders.FindAsync(query.OrderId, cancellationToken) is { } order
                && query.Caller.MaySee(order.SellerId)))
        {
            return OrderErrors.NotFound;
        }

        var limit = query.Limit ?? PageLimits.HistoryDefault;
        var found = await histories.FindHistoryAsync(query.OrderId, (int)after.Value, limit + 1, cancellationToken);
        if (found is null || !query.Caller.MaySee(found.SellerId))
        {
            return OrderErrors.NotFound;
        }

        return found.Items.Count <= limit
            ? found
            : found with
            {
                Items = [.. found.Items.Take(limit)],
                Next = cursors.ProtectNumber(found.Items[limit - 1].Version, query.CursorScope),
            };
    }
}
