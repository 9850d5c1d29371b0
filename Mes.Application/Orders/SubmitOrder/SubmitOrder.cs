using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.SubmitOrder;

/// <summary>
/// A seller submits an order. The command carries the new order's id, so that the pipeline can request the lease before
/// the commit. Under an idempotency key that an earlier submission has had, it changes nothing and returns that order
/// as it is now.
/// </summary>
public sealed record SubmitOrder(
    Guid OrderId,
    Caller Caller,
    string? ExternalId,
    SubmittedModel? Model,
    string? Material,
    int? Quantity,
    DateTimeOffset? DueAt,
    string? Notes,
    IdempotencyKey? IdempotencyKey = null) : IOrderCommand
{
    public bool IsNew => true;
}
