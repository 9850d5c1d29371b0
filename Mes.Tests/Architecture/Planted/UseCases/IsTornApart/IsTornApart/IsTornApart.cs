using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.UseCases.IsTornApart.IsTornApart;

/// <summary>Planted.</summary>
internal sealed record IsTornApart : IQuery<int>;
