namespace Mes.Api.Hosting;

/// <summary>The service cannot start as it is configured; the message tells the operator what to do.</summary>
internal sealed class StartupException(string message) : Exception(message);
