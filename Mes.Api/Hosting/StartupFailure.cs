using System.Data.Common;
using System.Net.Sockets;

namespace Mes.Api.Hosting;

/// <summary>
/// Explains to the operator why the program has ended: one line for what operators can fix, the full exception for a
/// bug.
/// </summary>
internal static class StartupFailure
{
    public static string Explain(Exception exception) => exception switch
    {
        StartupException => exception.Message,
        _ when IsEnvironmental(exception) => OneLine($"The service cannot start: {Reason(exception)}"),
        _ => $"The service cannot start because of an unexpected error: {exception}",
    };

    /// <summary>All messages of the exception chain in one line, outermost first, without repetitions.</summary>
    public static string Reason(Exception exception)
    {
        List<string> messages = [];
        for (var one = exception; one is not null; one = one.InnerException)
        {
            if (one is not AggregateException && !messages.Any(
                message => message.Contains(one.Message.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)))
            {
                messages.Add(one.Message.TrimEnd('.'));
            }
        }

        return OneLine(string.Join(": ", messages)) + ".";
    }

    /// <summary>A port in use, a foreign address, an unreadable file, a missing certificate.</summary>
    private static bool IsEnvironmental(Exception? exception) => exception switch
    {
        null => false,
        IOException or UnauthorizedAccessException or SocketException => true,
        DbException or InvalidDataException or FormatException => true,
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } => true,
        AggregateException several => several.InnerExceptions.All(IsEnvironmental),
        _ => IsEnvironmental(exception.InnerException),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
