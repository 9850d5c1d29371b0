using MediatR;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Persistence;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// The write-through of a command that changes something other than orders: after the commit and before the answer, it
/// gives the command's tags new stamps. It does so even where the command changed nothing: an earlier attempt may have
/// committed the same state and failed to renew the tags (bug class 30).
/// </summary>
internal sealed class TagRenewalBehavior<TRequest, TResponse>(ITaggedCache cache, IOutbox outbox)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>, ITagged
    where TResponse : IResult<TResponse>
{
    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var response = await next();
        if (response.Error is null && request.Tags.Count > 0)
        {
            if (await cache.RenewAsync(request.Tags))
            {
                outbox.TagsConfirmed();
            }
            else
            {
                await outbox.HandOverTagsAsync(request.Tags);
            }
        }

        return response;
    }
}
