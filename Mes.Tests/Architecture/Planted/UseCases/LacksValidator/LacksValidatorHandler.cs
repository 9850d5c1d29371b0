using MediatR;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted.UseCases.LacksValidator;

/// <summary>Planted.</summary>
internal sealed class LacksValidatorHandler : IRequestHandler<LacksValidator, Result<int>>
{
    public Task<Result<int>> Handle(LacksValidator query, CancellationToken cancellationToken) =>
        Task.FromResult<Result<int>>(0);
}
