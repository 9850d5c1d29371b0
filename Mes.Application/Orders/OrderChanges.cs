using Mes.Application.Messaging;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders;

/// <summary>What every change of an existing order has in common.</summary>
internal static class OrderChanges
{
    /// <summary>
    /// Loads the order, makes sure that it is the caller's to see (404) and in the version the caller knows (412), and asks
    /// the domain for the change.
    /// </summary>
    public static async Task<Result<StatusChange>> ChangeAsync(
        this IOrderRepository orders,
        IOrderCommand command,
        Func<Order, Result<StatusChange>> change,
        CancellationToken cancellationToken)
    {
        var order = await orders.FindAsync(command, cancellationToken);
        if (order is null || !command.Caller.MaySee(order.SellerId))
        {
            return OrderErrors.NotFound;
        }

        return command.IfMatch.Holds(order.Version) ? change(order) : OrderErrors.PreconditionFailed(order.Version);
    }
}
