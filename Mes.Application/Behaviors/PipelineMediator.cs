using System.Collections.Concurrent;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Application.Behaviors;

/// <summary>
/// MediatR's mediator, as a singleton: it keeps the pipeline of each query, and sends each command in a scope of its
/// own. So a request that only reads needs no scope (docs/decisions/0039).
/// </summary>
internal sealed class PipelineMediator(IServiceProvider services) : Mediator(services.GetService!), IMediator
{
    private readonly ConcurrentDictionary<Type, object> _pipelines = new();

    /// <exception cref="InvalidOperationException">The request, or what it needs, is not registered.</exception>
    public new Task<TResponse> Send<TResponse>(
        IRequest<TResponse> request, CancellationToken cancellationToken = default)
    {
        var pipeline = _pipelines.GetOrAdd(request.GetType(), PipelineOf<TResponse>, services);
        return ((Pipeline<TResponse>)pipeline).SendAsync(request, cancellationToken);
    }

    private static object PipelineOf<TResponse>(Type request, IServiceProvider services)
    {
        var pipeline = PipelineRegistration.IsQuery(request)
            ? typeof(QueryPipeline<,>).MakeGenericType(request, typeof(TResponse))
            : typeof(CommandPipeline<TResponse>);
        return ActivatorUtilities.CreateInstance(services, pipeline);
    }
}
