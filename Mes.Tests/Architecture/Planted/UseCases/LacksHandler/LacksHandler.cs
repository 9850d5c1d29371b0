using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.UseCases.LacksHandler;

/// <summary>Planted.</summary>
internal sealed record LacksHandler : IQuery<int>;
