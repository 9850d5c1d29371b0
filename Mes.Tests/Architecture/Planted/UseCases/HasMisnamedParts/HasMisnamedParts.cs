using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.UseCases.HasMisnamedParts;

/// <summary>Planted.</summary>
internal sealed record HasMisnamedParts : IQuery<int>;
