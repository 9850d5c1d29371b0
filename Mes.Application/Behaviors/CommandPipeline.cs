using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Application.Behaviors;

/// <summary>
/// The pipeline of a command: MediatR's own, in a scope of the command's own, because a unit of work belongs to one
/// command.
/// </summary>
internal sealed class CommandPipeline<TResponse>(IServiceScopeFactory scopes) : Pipeline<TResponse>
{
    public override async Task<TResponse> SendAsync(
        IRequest<TResponse> request, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await new Mediator(scope.ServiceProvider.GetService!).Send(request, cancellationToken);
    }
}
