using MediatR;
using Mes.Application.Persistence;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Application.Behaviors;

/// <summary>
/// Commits once the handler of a command has succeeded. When another writer was faster, the handler runs again on the
/// new state, so that the caller learns the cause of the conflict (who has the order) and not only that there was one.
/// </summary>
internal sealed class UnitOfWorkBehavior<TRequest, TResponse>(IUnitOfWork unitOfWork, CommitBarrier barrier)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IResult<TResponse>
{
    private const int Attempts = 4;

    public async Task<TResponse> Handle(
        TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        var tags = TagsOf(request);
        TagRules.Require(typeof(TRequest), tags);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var response = await next();
            if (response.Error is not null || !unitOfWork.HasChanges)
            {
                return response;
            }

            await barrier.WaitAsync();
            var outcome = await unitOfWork.CommitAsync(tags);
            if (outcome == CommitOutcome.Committed)
            {
                return response;
            }

            unitOfWork.Reset();
            if (outcome == CommitOutcome.InProgress)
            {
                return TResponse.Failure(OrderErrors.IdempotencyInProgress);
            }
        }

        return TResponse.Failure(OrderErrors.ConcurrentChange);
    }

    private static IReadOnlyCollection<string> TagsOf(TRequest request) => (request as Messaging.ITagged)?.Tags ?? [];
}
