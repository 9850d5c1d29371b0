using MediatR;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: a domain event that implements a library's interface.</summary>
internal sealed record NamesMediatR : INotification;
