using System.Net;
using System.Net.Sockets;
using System.Text;
using Mes.Api.Hosting;

namespace Mes.Api.Commands;

/// <summary>
/// Asks the service on this machine for its health, for images that have neither a shell nor a client. It runs every
/// few seconds, so it loads no more than it needs: a socket instead of the framework's client.
/// </summary>
internal static class HealthProbe
{
    public const string Command = "health";

    private const int MaxAnswer = 64 * 1024;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <returns>0 if the service can serve; 1 if it cannot, or does not answer within two seconds.</returns>
    /// <exception cref="StartupException">The settings name no address that speaks plain HTTP.</exception>
    public static async Task<int> RunAsync(TextWriter output)
    {
        var (host, port) = Address();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(host, port, limit.Token);
            await socket.SendAsync("GET /health/ready HTTP/1.0\r\n\r\n"u8.ToArray(), limit.Token);
            var answer = await ReadAsync(socket, limit.Token);
            await output.WriteLineAsync(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 1)..].Trim());
            return answer.Split(' ', 3) is [_, "200", _] ? 0 : 1;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            await output.WriteLineAsync($"{host}:{port} does not answer: {exception.Message}");
            return 1;
        }
    }

    /// <summary>Where the service, which has the same environment, has its health.</summary>
    private static (string Host, int Port) Address()
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables()
            .Build();
        var address = (OperationsPort.From(configuration)?.Addresses ?? ListenAddresses.Of(configuration))
            .Select(ListenAddresses.Parse)
            .FirstOrDefault(address => address is { Scheme: "http", IsUnixPipe: false })
            ?? throw new StartupException($"{Settings.OperationsUrls} names no address with http, which health needs.");
        return (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && !IsAny(ip)
            ? address.Host.Trim('[', ']')
            : "127.0.0.1", address.Port);
    }

    private static bool IsAny(IPAddress address) =>
        address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static async Task<string> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxAnswer];
        var length = 0;
        while (length < buffer.Length
            && await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var received)
        {
            length += received;
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
