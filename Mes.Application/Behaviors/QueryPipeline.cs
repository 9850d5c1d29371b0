using MediatR;
using Mes.Domain.Results;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Application.Behaviors;

/// <summary>
/// The pipeline of a query. It is resolved once, because a query's behaviours and handler are singletons. MediatR
/// resolves behaviours and handler again for each request, and makes the same chain of delegates anew.
/// </summary>
internal sealed class QueryPipeline<TRequest, TResponse>(IServiceProvider services) : Pipeline<TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IResult<TResponse>
{
    private readonly Step _outermost = services.GetServices<IPipelineBehavior<TRequest, TResponse>>()
        .Where(behavior => behavior is not ValidationBehavior<TRequest, TResponse> { HasRules: false })
        .Reverse()
        .Aggregate(
            (Step)new HandlerStep(services.GetRequiredService<IRequestHandler<TRequest, TResponse>>()),
            (inner, behavior) => new BehaviorStep(behavior, inner));

    public override Task<TResponse> SendAsync(IRequest<TResponse> request, CancellationToken cancellationToken) =>
        _outermost.RunAsync((TRequest)request, cancellationToken);

    private abstract class Step
    {
        public abstract Task<TResponse> RunAsync(TRequest request, CancellationToken cancellationToken);
    }

    private sealed class HandlerStep(IRequestHandler<TRequest, TResponse> handler) : Step
    {
        public override Task<TResponse> RunAsync(TRequest request, CancellationToken cancellationToken) =>
            handler.Handle(request, cancellationToken);
    }

    private sealed class BehaviorStep(IPipelineBehavior<TRequest, TResponse> behavior, Step inner) : Step
    {
        public override Task<TResponse> RunAsync(TRequest request, CancellationToken cancellationToken) =>
            behavior.Handle(request, cancellationToken, new Rest(inner, request, cancellationToken).RunAsync);
    }

    /// <summary>What a behaviour's <c>next</c> runs; a behaviour may run it more than once.</summary>
    private sealed class Rest(Step step, TRequest request, CancellationToken cancellationToken)
    {
        public Task<TResponse> RunAsync() => step.RunAsync(request, cancellationToken);
    }
}
