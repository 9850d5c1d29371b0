using Mes.Application.Messaging;

namespace Mes.Tests.Architecture.Planted.UseCases.SharesFolder;

/// <summary>Planted.</summary>
internal sealed record IsNotAlone : IQuery<int>;
