using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Application.Persistence;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Writes a changed order through to the cache, after the commit and before the answer. Nothing behind the commit runs on
/// the caller's cancellation token (bug class 8).
/// </summary>
internal sealed class WriteThroughBehavior<TCommand>(
    IOrderCache cache,
    OrderRefresher refresher,
    IOutbox outbox,
    CommitBarrier barrier)
    : IPipelineBehavior<TCommand, Result<StatusChange>>
    where TCommand : IOrderCommand, IRequest<Result<StatusChange>>
{
    public async Task<Result<StatusChange>> Handle(
        TCommand command,
        CancellationToken cancellationToken,
        RequestHandlerDelegate<Result<StatusChange>> next)
    {
        // Travels while the order is being loaded; answered before the commit.
        var begin = cache.BeginAsync(command.OrderId, LeaseHolder.Writer).AsTask();
        barrier.Expect(begin);

        var response = await next();
        var token = await begin;
        if (response.IsSuccess)
        {
            await WriteThroughAsync(response.Value, token);
        }

        return response;
    }

    private async Task WriteThroughAsync(StatusChange change, LeaseToken? token)
    {
        var order = OrderSnapshot.From(change.Order);
        var tags = CacheTags.Of(change);

        // A command that changed nothing tells a version all the same, so that version is put first (bug class 30). It was
        // read, not committed, perhaps before the lease was answered: the token does not count for it.
        var result = await cache.PutAsync(order, change.Changed ? token : null, tags);
        if (result is PutResult.Rejected or PutResult.Failed)
        {
            result = await refresher.RefreshAsync(order.Id, tags, CancellationToken.None);
        }

        if (!result.IsSettled())
        {
            await outbox.SettleElsewhereAsync(order.Id, order.Version, tags, hasRow: change.Changed);
        }
        else if (change.Changed)
        {
            outbox.Settled(order.Id, order.Version);
        }
    }
}
