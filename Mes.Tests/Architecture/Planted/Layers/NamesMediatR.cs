using MediatR;

namespace Mes.Tests.Architecture.Planted.Layers;

/// <summary>Planted: a domain event that is a message of a library.</summary>
internal sealed record NamesMediatR : INotification;
