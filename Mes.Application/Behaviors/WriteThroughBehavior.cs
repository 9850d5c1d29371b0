using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Writes a changed order through to the cache, after the commit and before the answer. The put also gives new stamps
/// to the order's tags and to those that the command declares itself. Nothing after the commit uses the caller's
/// cancellation token (bug class 8).
/// </summary>
internal sealed class WriteThroughBehavior<TCommand>(
    IOrderCache cache,
    OrderRefresher refresher,
    IOutbox outbox,
    CommitBarrier barrier)
    : IPipelineBehavior<TCommand, Result<StatusChange>>
    where TCommand : IOrderCommand, IRequest<Result<StatusChange>>
{
    private static readonly Task<LeaseToken?> NoToken = Task.FromResult<LeaseToken?>(null);

    public async Task<Result<StatusChange>> Handle(
        TCommand command,
        CancellationToken cancellationToken,
        RequestHandlerDelegate<Result<StatusChange>> next)
    {
        // The cache accepts a newer version of an order that it has. Only an order that it does not have needs a lease.
        // That is always so for a new order, and seldom later: then the cache rejects the put, and the refresh takes
        // the lease (docs/decisions/0017).
        var begin = command.IsNew ? BeginAsync(command.OrderId) : NoToken;
        var response = await next();
        if (response.IsSuccess)
        {
            await WriteThroughAsync(response.Value, (command as ITagged)?.Tags ?? [], await begin);
        }

        return response;
    }

    /// <summary>Runs while the handler works; the commit waits for its answer.</summary>
    private Task<LeaseToken?> BeginAsync(Guid orderId)
    {
        var begin = cache.BeginAsync(orderId, LeaseHolder.Writer).AsTask();
        barrier.Expect(begin);
        return begin;
    }

    /// <param name="ownTags">
    /// The tags that the command declares itself; they were committed in a row of their own.
    /// </param>
    private async Task WriteThroughAsync(StatusChange change, IReadOnlyCollection<string> ownTags, LeaseToken? token)
    {
        var order = OrderSnapshot.After(change);
        IReadOnlyCollection<string> tags = ownTags.Count == 0
            ? CacheTags.Of(change)
            : [.. CacheTags.Of(change).Union(ownTags)];
        var hasOwnRow = change.Changed && ownTags.Count > 0;

        // A command that changed nothing still reports a version to its caller, so it puts that version first (bug
        // class 30). It may have read that version before Redis granted the lease, so its token is not valid for it.
        var result = await cache.PutAsync(order, change.Changed ? token : null, tags);
        if (result is PutResult.Rejected or PutResult.Failed)
        {
            result = await refresher.RefreshAsync(order.Id, tags, CancellationToken.None);
        }

        if (!result.IsConfirmed())
        {
            await Task.WhenAll(
                outbox.HandOverAsync(order.Id, order.Version, tags, hasRow: change.Changed),
                hasOwnRow ? outbox.HandOverTagsAsync(ownTags) : Task.CompletedTask);
        }
        else if (change.Changed)
        {
            outbox.PutConfirmed(order.Id, order.Version);
            if (hasOwnRow)
            {
                outbox.TagsConfirmed();
            }
        }
    }
}
