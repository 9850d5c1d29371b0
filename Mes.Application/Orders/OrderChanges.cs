using Mes.Application.Messaging;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders;

/// <summary>What every change of an existing order has in common.</summary>
internal static class OrderChanges
{
    /// <summary>
    /// Loads the order, checks that the caller may see it (404) and that it has the version that the caller expects
    /// (412), and asks the domain for the change.
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
