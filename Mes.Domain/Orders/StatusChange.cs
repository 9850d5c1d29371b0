namespace Mes.Domain.Orders;

/// <summary>
/// The result of a transition. Only an order can create one. So a handler that must return one has to ask the domain,
/// and the pipeline always gets what it must write through to the cache.
/// </summary>
public sealed class StatusChange
{
    internal StatusChange(Order order, OrderStatus? from, bool changed = true) =>
        (Order, From, Changed) = (order, from, changed);

    /// <summary>The order after the change.</summary>
    public Order Order { get; }

    /// <summary>The status before; null when the order has just been submitted.</summary>
    public OrderStatus? From { get; }

    /// <summary>False when the request repeated an earlier one and changed nothing.</summary>
    public bool Changed { get; }
}
