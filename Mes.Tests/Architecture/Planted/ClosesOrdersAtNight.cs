using Mes.Domain.Callers;
using Mes.Domain.Orders;

namespace Mes.Tests.Architecture.Planted;

/// <summary>
/// Planted: changes orders in a background task, in a lambda after an await. No pipeline would write these changes
/// through.
/// </summary>
internal sealed class ClosesOrdersAtNight
{
    public static async Task RunAsync(IEnumerable<Order> orders, Caller by, DateTimeOffset now)
    {
        await Task.Yield();
        orders.ToList().ForEach(order => order.Close(by, now));
    }
}
