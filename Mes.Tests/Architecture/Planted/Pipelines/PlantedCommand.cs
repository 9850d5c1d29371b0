using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.Pipelines;

/// <summary>Planted: a request that nobody has written an entry for.</summary>
internal sealed record PlantedCommand : ICommand<int>
{
    public IReadOnlyCollection<string> Tags => [];
}
