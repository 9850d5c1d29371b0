using MediatR;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Results;

namespace Mes.Application.Orders.GetOrderStatuses;

/// <summary>Runs for the orders that the cache does not have.</summary>
internal sealed class GetOrderStatusesHandler(IOrderReader orders)
    : IRequestHandler<GetOrderStatuses, Result<IReadOnlyList<OrderSnapshot>>>
{
    public async Task<Result<IReadOnlyList<OrderSnapshot>>> Handle(
        GetOrderStatuses query, CancellationToken cancellationToken) =>
        Result<IReadOnlyList<OrderSnapshot>>.Success(await orders.FindAllAsync(query.OrderIds, cancellationToken));
}
