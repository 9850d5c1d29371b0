using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;
using Microsoft.Extensions.Logging;

namespace Mes.Embedded;

/// <summary>
/// The RESP server of the zero-install start: Garnet in this process, on the loopback interface, in memory only.
/// </summary>
/// <remarks>
/// Several can run side by side. When the memory is full the oldest data is dropped without an error,
/// which a cache can bear; nothing survives <see cref="Dispose"/>.
/// </remarks>
public sealed class EmbeddedRedisServer : IDisposable
{
    private readonly GarnetServer _server;
    private int _disposed;

    private EmbeddedRedisServer(GarnetServer server, int port)
    {
        _server = server;
        ConnectionString = $"{IPAddress.Loopback}:{port}";
    }

    /// <summary>Where it listens, as StackExchange.Redis reads it: <c>127.0.0.1:43121</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts a server on a free port and returns once it accepts connections.</summary>
    /// <param name="loggers">Receives the engine's own messages; null keeps it silent.</param>
    /// <exception cref="SocketException">The loopback interface cannot be bound.</exception>
    public static EmbeddedRedisServer Start(ILoggerFactory? loggers = null)
    {
        using var reservation = ReservePort(out var port);
        var server = new GarnetServer(Options(port), loggers);
        try
        {
            server.Start();
        }
        catch
        {
            server.Dispose();
            throw;
        }

        return new EmbeddedRedisServer(server, port);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _server.Dispose();
        }
    }

    private static GarnetServerOptions Options(int port) => new(null)
    {
        EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
        QuietMode = true,
        EnableLua = true,
        LuaTransactionMode = true,
        LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Enable, []),
        IndexMemorySize = Environment.GetEnvironmentVariable("IDX") ?? "1m",
        LogMemorySize = Environment.GetEnvironmentVariable("LOG") ?? "64m",
        PageSize = Environment.GetEnvironmentVariable("PAGE") ?? "1m",
        DeviceFactoryCreator = Environment.GetEnvironmentVariable("DEV") == "null" ? new Tsavorite.core.NullNamedDeviceFactoryCreator() : null,
        RevivInChainOnly = Environment.GetEnvironmentVariable("REV") == "chain", UseRevivBinsPowerOf2 = Environment.GetEnvironmentVariable("REV") == "bins",  RevivifiableFraction = Environment.GetEnvironmentVariable("REV") == "bins" ? 0.5 : 0,
    };

    private static Socket ReservePort(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }
}
