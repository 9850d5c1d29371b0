using Mes.Domain.Results;

namespace Mes.Domain.Orders;

/// <summary>All expected failures of orders.</summary>
public static class OrderErrors
{
    /// <summary>The same for an order that never existed and for one of another seller.</summary>
    public static Error NotFound { get; } = new("not-found", "There is no such order.");

    public static Error InvalidTransition(
        OrderTransition transition, OrderStatus status, IReadOnlyList<string> allowed) =>
        new("invalid-transition", $"The order is {status.Name()}; {transition.Name} is not possible now.")
        {
            Facts = new Dictionary<string, object?> { ["orderStatus"] = status.Name(), ["allowed"] = allowed },
        };

    public static Error AlreadyClaimed(string operatorId) =>
        new("already-claimed", $"The order has been claimed by {operatorId}.")
        {
            Facts = new Dictionary<string, object?> { ["operatorId"] = operatorId },
        };

    public static Error DuplicateExternalId(Guid existingId) =>
        new("duplicate-external-id", "An order with this externalId already exists.")
        {
            Facts = new Dictionary<string, object?> { ["id"] = existingId },
        };

    public static Error PreconditionFailed(int version) =>
        new("precondition-failed", $"The order has version {version}, which If-Match does not name.")
        {
            Facts = new Dictionary<string, object?> { ["version"] = version },
        };

    public static Error IdempotencyKeyReused { get; } = new(
        "idempotency-key-reused",
        "Another body was sent with this Idempotency-Key. Send the same body again, or take a new key.");

    public static Error IdempotencyInProgress { get; } = new(
        "idempotency-in-progress", "A request with this Idempotency-Key is still in progress; retry it in a moment.");

    /// <summary>Other writers kept changing the order; this change was not made.</summary>
    public static Error ConcurrentChange { get; } =
        new("concurrent-change", "Other callers changed the order at the same moment; read it again and retry.");
}
