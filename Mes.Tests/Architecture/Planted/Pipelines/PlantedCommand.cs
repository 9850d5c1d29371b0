using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.Pipelines;

/// <summary>Planted: a request of which the rule's list has no entry.</summary>
internal sealed record PlantedCommand : ICommand<int>
{
    public IReadOnlyCollection<string> Tags => [];
}
