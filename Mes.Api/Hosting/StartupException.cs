namespace Mes.Api.Hosting;

/// <summary>The service cannot start with its configuration; the message tells the operator what to do.</summary>
internal sealed class StartupException(string message) : Exception(message);
