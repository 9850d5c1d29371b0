using MediatR;
using Mes.Application.Messaging;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: sends another request, whose pipeline would run inside this one.</summary>
internal sealed class SendsAnotherRequestHandler(IMediator mediator)
    : IRequestHandler<SendsAnotherRequestHandler.Question, Result<int>>
{
    public async Task<Result<int>> Handle(Question request, CancellationToken cancellationToken)
    {
        return await mediator.Send(new Question(), cancellationToken);
    }

    internal sealed record Question : IQuery<int>;
}
