using MediatR;
using Mes.Application.Messaging;
using Mes.Application.Persistence;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted;

/// <summary>Planted: commits by itself instead of leaving that to the pipeline.</summary>
internal sealed class CommitsHandler(IUnitOfWork unitOfWork) : IRequestHandler<CommitsHandler.Question, Result<int>>
{
    public async Task<Result<int>> Handle(Question request, CancellationToken cancellationToken)
    {
        return (int)await unitOfWork.CommitAsync([]);
    }

    internal sealed record Question : IQuery<int>;
}
