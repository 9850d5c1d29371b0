using MediatR;
using Mes.Domain.Results;

namespace Mes.Tests.Architecture.Planted.Pipelines;

/// <summary>Planted.</summary>
internal sealed class PlantedCommandHandler : IRequestHandler<PlantedCommand, Result<int>>
{
    public Task<Result<int>> Handle(PlantedCommand command, CancellationToken cancellationToken) =>
        Task.FromResult<Result<int>>(0);
}
