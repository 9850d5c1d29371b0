using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Mes.Chaos.Checking;

namespace Mes.Chaos.Cluster;

/// <summary>
/// Stands between one instance and Redis. Forwards bytes, delays or drops them, or refuses connections.
/// </summary>
internal sealed class TcpProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Guid, (Socket, Socket)> _open = new();
    private volatile int _target;
    private volatile bool _cut;
    private volatile bool _swallow;
    private volatile int _requestDelay;
    private volatile int _answerDelay;

    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Delays all data by these milliseconds, on the way to Redis and on the way back.</summary>
    public void Delay(int requests, int answers) => (_requestDelay, _answerDelay) = (requests, answers);

    /// <summary>Drops everything that is sent to Redis from now on. The sender does not notice.</summary>
    public void Swallow() => _swallow = true;

    /// <summary>Closes all connections and refuses new ones. Data under way is lost.</summary>
    public void Cut()
    {
        _cut = true;
        CloseAll();
    }

    public void Heal() => _cut = _swallow = false;

    /// <summary>Sends new connections to another server and closes the existing ones.</summary>
    public void Redirect(int target)
    {
        _target = target;
        CloseAll();
    }

    public void Dispose()
    {
        _listener.Stop();
        CloseAll();
    }

    private void CloseAll()
    {
        foreach (var (client, server) in _open.Values)
        {
            client.Dispose();
            server.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server =
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        try
        {
            if (!_cut)
            {
                await server.ConnectAsync(IPAddress.Loopback, _target);
                _open[id] = (client, server);
                await Task.WhenAny(PumpAsync(client, server, () => _requestDelay, () => _swallow),
                    PumpAsync(server, client, () => _answerDelay, () => false));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other side sees a closed connection, which is what this proxy is for.
        }
        finally
        {
            _open.TryRemove(id, out _);
            client.Dispose();
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Func<int> delay, Func<bool> isLost)
    {
        // Each piece is received at once and forwarded when it is due, as on a long line. Delays of successive pieces
        // therefore do not add up.
        var line = Channel.CreateUnbounded<(byte[] Data, long Due)>(new() { SingleReader = true, SingleWriter = true });
        var sending = SendAsync(line.Reader, to);
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                if (!isLost())
                {
                    await line.Writer.WriteAsync((buffer[..count], Clock.Now + Clock.Ticks(delay())));
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // As above.
        }

        line.Writer.Complete();
        await sending;
    }

    private static async Task SendAsync(ChannelReader<(byte[] Data, long Due)> line, Socket to)
    {
        try
        {
            await foreach (var (data, due) in line.ReadAllAsync())
            {
                if (Clock.Milliseconds(Clock.Now, due) is var wait and > 0)
                {
                    await Task.Delay((int)Math.Ceiling(wait));
                }

                await to.SendAsync(data);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // As above.
        }
    }
}
