using MediatR;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.GetOrderStatus;

/// <summary>Runs on a cache miss.</summary>
internal sealed class GetOrderStatusHandler(IOrderReader orders)
    : IRequestHandler<GetOrderStatus, Result<OrderSnapshot>>
{
    public async Task<Result<OrderSnapshot>> Handle(GetOrderStatus query, CancellationToken cancellationToken) =>
        await orders.FindAsync(query.OrderId, cancellationToken) is { } order ? order : OrderErrors.NotFound;
}
