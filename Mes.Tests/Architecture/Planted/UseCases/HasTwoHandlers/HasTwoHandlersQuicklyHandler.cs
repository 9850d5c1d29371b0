using MediatR;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted.UseCases.HasTwoHandlers;

/// <summary>Planted.</summary>
internal sealed class HasTwoHandlersQuicklyHandler : IRequestHandler<HasTwoHandlers, Result<int>>
{
    public Task<Result<int>> Handle(HasTwoHandlers query, CancellationToken cancellationToken) =>
        Task.FromResult<Result<int>>(0);
}
