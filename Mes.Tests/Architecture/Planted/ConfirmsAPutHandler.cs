using MediatR;
using Mes.Application.Messaging;
using Mes.Application.Persistence;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: deletes the outbox row, in a lambda.</summary>
internal sealed class ConfirmsAPutHandler(object outbox) : IRequestHandler<ConfirmsAPutHandler.Question, Result<int>>
{
    public async Task<Result<int>> Handle(Question request, CancellationToken cancellationToken)
    {
        await Task.Run(() => ((IOutbox)outbox).TagsConfirmed(), cancellationToken);
        return 0;
    }

    internal sealed record Question : IQuery<int>;
}
