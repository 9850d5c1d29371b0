using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;
using Microsoft.Extensions.Logging;
using Tsavorite.core;

namespace Mes.Embedded;

/// <summary>
/// The RESP server of the zero-install start: Garnet inside this process, on the loopback interface only, in
/// memory only, with atomic scripts. Any Redis client or tool on the same machine can reach it.
/// </summary>
/// <remarks>
/// Several can run side by side, each with data of its own. When its memory is full it drops what was written
/// longest ago, silently, whole sorted sets included: right for a cache, wrong for anything else. Nothing
/// survives <see cref="Dispose"/>, and nothing is ever written to disk.
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

    /// <summary>The server's address, as StackExchange.Redis reads it: <c>127.0.0.1:43121</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts a server on a free port; it accepts connections when this returns.</summary>
    /// <param name="loggers">Receives the engine's own messages; without it the engine is silent.</param>
    /// <exception cref="SocketException">The loopback interface could not be bound.</exception>
    public static EmbeddedRedisServer Start(ILoggerFactory? loggers = null)
    {
        using var reservation = ReservePort(out var port);
        var server = new GarnetServer(CreateOptions(port), loggers);
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

    /// <summary>Stops listening, closes every connection and drops the data. May be called more than once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _server.Dispose();
        }
    }

    /// <summary>
    /// Takes a free port and holds it, bound but not listening, until the engine listens on it.
    /// </summary>
    /// <remarks>
    /// Garnet given port 0 does not tell which port it got. Probing for a free port, closing the probe and
    /// retrying on "address in use" would be wrong: Garnet sets ReuseAddress, which .NET on Unix widens to
    /// SO_REUSEPORT, so two engines that raced for one port would both start and share its connections without an
    /// error. Held with the same flag, the port is never free in between: the kernel gives it to no process that
    /// asks for port 0, the engine may still bind it, and a socket that does not listen receives no connection.
    /// </remarks>
    private static Socket ReservePort(out int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static GarnetServerOptions CreateOptions(int port) => new(null)
    {
        EndPoints = [new IPEndPoint(IPAddress.Loopback, port)],
        QuietMode = true,

        EnableLua = true,
        // Without it each command of a script locks for itself, and scripts interleave.
        LuaTransactionMode = true,
        LuaOptions = new LuaOptions(
            LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Enable, []),

        // About 170,000 orders of 700 bytes, or 50,000 with their index entries and room to spare. Pages are
        // allocated as they are written, so an idle server costs a fraction of this.
        LogMemorySize = "128m",
        PageSize = "1m",
        // A full index does not evict: it breaks the connection that wrote. This one is large enough that even the
        // smallest possible records fill the log first.
        IndexMemorySize = "16m",
        // The log only grows at its end. Without this, a DEL followed by a SET, which is how the scripts replace an
        // entry, takes fresh room every time, and a few busy orders push all the quiet ones out.
        RevivInChainOnly = true,

        // Without this, a SAVE or BGSAVE that a curious user sends would leave a folder in the working directory.
        DeviceFactoryCreator = new NullNamedDeviceFactoryCreator(),
    };
}
