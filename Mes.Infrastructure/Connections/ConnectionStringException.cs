namespace Mes.Infrastructure.Connections;

/// <summary>
/// A connection string is not valid. The message says what is wrong, and repeats no part of it that may be secret.
/// </summary>
public sealed class ConnectionStringException(string message) : Exception(message);
