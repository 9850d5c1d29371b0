using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.UseCases.IsAsItShouldBe;

/// <summary>Planted.</summary>
internal sealed record IsAsItShouldBe : IQuery<int>;
