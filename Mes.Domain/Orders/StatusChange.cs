namespace Mes.Domain.Orders;

/// <summary>
/// What a transition did to an order. Only the order itself makes one, so whoever holds one has asked the domain,
/// and whoever must return one cannot forget what has to be written through to the cache.
/// </summary>
public sealed class StatusChange
{
    internal StatusChange(Order order, OrderStatus? from, bool changed = true) => (Order, From, Changed) = (order, from, changed);

    /// <summary>The order, as it is now.</summary>
    public Order Order { get; }

    /// <summary>The status before; null when the order has just been submitted.</summary>
    public OrderStatus? From { get; }

    /// <summary>False when the request had been carried out before and changed nothing now.</summary>
    public bool Changed { get; }
}
