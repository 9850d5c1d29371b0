using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.UseCases.LacksValidator;

/// <summary>Planted.</summary>
internal sealed record LacksValidator : IQuery<int>;
