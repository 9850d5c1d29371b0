using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.UseCases.HasTwoHandlers;

/// <summary>Planted.</summary>
internal sealed record HasTwoHandlers : IQuery<int>;
