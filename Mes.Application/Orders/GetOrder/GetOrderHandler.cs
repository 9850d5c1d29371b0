using MediatR;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Orders.GetOrder;

/// <summary>Runs on a cache miss.</summary>
internal sealed class GetOrderHandler(IOrderReader orders) : IRequestHandler<GetOrder, Result<OrderSnapshot>>
{
    public async Task<Result<OrderSnapshot>> Handle(GetOrder query, CancellationToken cancellationToken) =>
        await orders.FindAsync(query.OrderId, cancellationToken) is { } order ? order : OrderErrors.NotFound;
}
