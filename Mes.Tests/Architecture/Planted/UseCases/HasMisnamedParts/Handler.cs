using MediatR;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted.UseCases.HasMisnamedParts;

/// <summary>Planted.</summary>
internal sealed class Handler : IRequestHandler<HasMisnamedParts, Result<int>>
{
    public Task<Result<int>> Handle(HasMisnamedParts query, CancellationToken cancellationToken) =>
        Task.FromResult<Result<int>>(0);
}
