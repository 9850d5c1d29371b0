using Mes.Domain.Results;

namespace Mes.Domain.Orders;

/// <summary>Everything that can go wrong with an order, in one place.</summary>
public static class OrderErrors
{
    /// <summary>The same for an order that never existed and for one of another seller.</summary>
    public static Error NotFound { get; } = new("not-found", "There is no such order.");

    public static Error InvalidTransition(OrderTransition transition, OrderStatus status, IReadOnlyList<string> allowed) =>
        new("invalid-transition", $"An order that is {status.Name()} does not take a {transition.Name}.")
        {
            Facts = new Dictionary<string, object?> { ["orderStatus"] = status.Name(), ["allowed"] = allowed },
        };

    public static Error AlreadyClaimed(string operatorId) =>
        new("already-claimed", $"The order has been claimed by {operatorId}.")
        {
            Facts = new Dictionary<string, object?> { ["operatorId"] = operatorId },
        };

    public static Error DuplicateExternalId(Guid existingId) =>
        new("duplicate-external-id", "An order with this externalId exists already.")
        {
            Facts = new Dictionary<string, object?> { ["id"] = existingId },
        };

    public static Error PreconditionFailed(int version) =>
        new("precondition-failed", $"If-Match names another version than the order's, which is {version}.")
        {
            Facts = new Dictionary<string, object?> { ["version"] = version },
        };

    /// <summary>Others kept changing the same order while this change was tried; nothing was changed.</summary>
    public static Error ConcurrentChange { get; } =
        new("concurrent-change", "The order was changed by others at the same moment; look at it again and repeat.");
}
