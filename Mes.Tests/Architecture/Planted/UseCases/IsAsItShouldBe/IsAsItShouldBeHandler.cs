using MediatR;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted.UseCases.IsAsItShouldBe;

/// <summary>Planted.</summary>
internal sealed class IsAsItShouldBeHandler : IRequestHandler<IsAsItShouldBe, Result<int>>
{
    public Task<Result<int>> Handle(IsAsItShouldBe query, CancellationToken cancellationToken) =>
        Task.FromResult<Result<int>>(0);
}
