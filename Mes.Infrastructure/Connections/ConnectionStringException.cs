namespace Mes.Infrastructure.Connections;

/// <summary>A connection string is not understood. The message says what is wrong with it, and repeats nothing of it that may be secret.</summary>
public sealed class ConnectionStringException(string message) : Exception(message);
