using MediatR;

namespace Mes.Application.Behaviors;

/// <summary>The handler of one type of request, with its behaviours around it.</summary>
internal abstract class Pipeline<TResponse>
{
    public abstract Task<TResponse> SendAsync(IRequest<TResponse> request, CancellationToken cancellationToken);
}
