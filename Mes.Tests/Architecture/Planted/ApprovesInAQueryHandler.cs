using MediatR;
using Mes.Application.Messaging;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: a handler, but of a query.</summary>
internal sealed class ApprovesInAQueryHandler(Order order, Caller by, TimeProvider clock)
    : IRequestHandler<ApprovesInAQueryHandler.Question, Result<int>>
{
    public Task<Result<int>> Handle(Question request, CancellationToken cancellationToken)
    {
        order.Approve(by, clock.GetUtcNow());
        return Task.FromResult(Result<int>.Success(order.Version));
    }

    internal sealed record Question : IQuery<int>;
}
