using MediatR;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted.UseCases.SharesFolder;

/// <summary>Planted.</summary>
internal sealed class IsNotAloneHandler : IRequestHandler<IsNotAlone, Result<int>>
{
    public Task<Result<int>> Handle(IsNotAlone query, CancellationToken cancellationToken) =>
        Task.FromResult<Result<int>>(0);
}
