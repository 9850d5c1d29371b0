using System.Data.Common;
using System.Net.Sockets;

namespace Mes.Api.Hosting;

/// <summary>Why the program has ended, as its operator is told: one line for what he can mend, everything for what is a bug.</summary>
internal static class StartupFailure
{
    public static string Explain(Exception exception) => exception switch
    {
        StartupException => exception.Message,
        _ when IsOfTheSurroundings(exception) => OneLine($"The service cannot start: {Reason(exception)}"),
        _ => $"The service cannot start, for a reason that it does not know: {exception}",
    };

    /// <summary>The whole chain in one line, from the outside in; a message that repeats another is left out.</summary>
    public static string Reason(Exception exception)
    {
        List<string> messages = [];
        for (var one = exception; one is not null; one = one.InnerException)
        {
            if (one is not AggregateException && !messages.Any(message => message.Contains(one.Message.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)))
            {
                messages.Add(one.Message.TrimEnd('.'));
            }
        }

        return OneLine(string.Join(": ", messages)) + ".";
    }

    /// <summary>A port that is taken, an address that is not ours, a file that cannot be read, a certificate that is not there.</summary>
    private static bool IsOfTheSurroundings(Exception? exception) => exception switch
    {
        null => false,
        IOException or UnauthorizedAccessException or SocketException or DbException or InvalidDataException or FormatException => true,
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } => true,
        AggregateException several => several.InnerExceptions.All(IsOfTheSurroundings),
        _ => IsOfTheSurroundings(exception.InnerException),
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
