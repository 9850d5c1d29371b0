using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Orders.GetOrderStatuses;

/// <summary>The statuses of up to a hundred orders: what a seller polls for many orders at once.</summary>
/// <param name="Ids">
/// As the caller wrote them. One that is malformed is the id of no order; one that is repeated counts once.
/// </param>
public sealed record GetOrderStatuses(IReadOnlyList<string?>? Ids, Caller Caller) : IOrderBatchQuery<GetOrderStatuses>
{
    public IReadOnlyList<Guid> OrderIds { get; private init; } = Parse(Ids ?? []);

    public GetOrderStatuses For(IReadOnlyList<Guid> orderIds) => this with { OrderIds = orderIds };

    private static List<Guid> Parse(IEnumerable<string?> ids) =>
        [.. ids.OfType<string>().Select(id => Orders.OrderIds.TryParse(id, out var orderId) ? orderId : (Guid?)null)
            .OfType<Guid>().Distinct()];
}
