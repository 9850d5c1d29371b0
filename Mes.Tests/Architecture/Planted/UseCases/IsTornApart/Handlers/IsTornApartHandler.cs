using MediatR;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted.UseCases.IsTornApart.Handlers;

/// <summary>Planted.</summary>
internal sealed class IsTornApartHandler : IRequestHandler<IsTornApart.IsTornApart, Result<int>>
{
    public Task<Result<int>> Handle(IsTornApart.IsTornApart query, CancellationToken cancellationToken) =>
        Task.FromResult<Result<int>>(0);
}
