using MediatR;
using Mes.Application.Behaviors;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Persistence;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Tests.Caching.Exploration;

/// <summary>The write-through behaviour, except that it does not put for a command that changed nothing.</summary>
internal sealed class OnlyChangesBehavior<TCommand>(
    IOrderCache cache, OrderRefresher refresher, IOutbox outbox, CommitBarrier barrier)
    : IPipelineBehavior<TCommand, Result<StatusChange>>
    where TCommand : IOrderCommand, IRequest<Result<StatusChange>>
{
    public Task<Result<StatusChange>> Handle(
        TCommand command, CancellationToken cancellationToken, RequestHandlerDelegate<Result<StatusChange>> next)
    {
        var hasChanged = false;
        var altered = new AlteredOrderCache(
            cache, (_, put) => hasChanged ? put() : new ValueTask<PutResult>(PutResult.Superseded));
        return new WriteThroughBehavior<TCommand>(altered, refresher, outbox, barrier).Handle(
            command,
            cancellationToken,
            async () =>
            {
                var response = await next();
                hasChanged = response.IsSuccess && response.Value.Changed;
                return response;
            });
    }
}
