namespace Mes.Chaos.Mutations;

/// <summary>A mutation is not written as it has to be, or does not fit the sources any more.</summary>
internal sealed class MutationException(string message) : Exception(message);
