namespace Mes.Chaos.Mutations;

/// <summary>A mutation does not have the required form, or no longer fits the sources.</summary>
internal sealed class MutationException(string message) : Exception(message);
