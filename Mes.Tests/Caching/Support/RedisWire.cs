using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// The network between one instance and the Redis behind an address. It can break, hold a reply back, or lead to
/// another Redis.
/// </summary>
internal sealed class RedisWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = new();
    private readonly Task _accepting;
    private volatile Held? _held;
    private volatile int _target;
    private volatile bool _isDown;

    /// <param name="target">The port of the Redis behind the wire.</param>
    public RedisWire(int target)
    {
        _target = target;
        _listener.Start();
        ConnectionString = $"127.0.0.1:{Port}";
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string ConnectionString { get; }

    /// <summary>Rewrites everything that passes, without changing its length.</summary>
    public Action<Span<byte>>? Rewrite { get; init; }

    /// <summary>Breaks all connections. No new one can be made until <see cref="Repair"/>.</summary>
    public void Cut()
    {
        _isDown = true;
        Break();
    }

    public void Repair() => _isDown = false;

    /// <summary>Makes the address lead to another Redis from now on. Connections to the old one break.</summary>
    public void LeadTo(int target)
    {
        _target = target;
        Break();
    }

    /// <summary>Breaks all connections. New ones can be made at once.</summary>
    public void Break()
    {
        foreach (var client in _clients.Keys)
        {
            client.Client.LingerState = new LingerOption(true, 0);
            client.Close();
        }
    }

    /// <summary>Holds back the next reply that contains these letters, and everything after it.</summary>
    public Stop HoldAnswer(string letters)
    {
        var stop = new Stop();
        _held = new Held(Encoding.ASCII.GetBytes(letters), stop);
        return stop;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            _ = CarryAsync(client);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            _clients[client] = true;
            try
            {
                if (!_isDown)
                {
                    await server.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
                    client.NoDelay = server.NoDelay = true;
                    await Task.WhenAny(
                        PumpAsync(client.GetStream(), server.GetStream(), fromServer: false),
                        PumpAsync(server.GetStream(), client.GetStream(), fromServer: true));
                }

                client.Client.LingerState = new LingerOption(true, 0);
            }
            catch (Exception exception) when (
                exception is SocketException or IOException or ObjectDisposedException or OperationCanceledException
                    or InvalidOperationException)
            {
                // No server listens there, or the test has broken the connection.
            }
            finally
            {
                _clients.TryRemove(client, out _);
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool fromServer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReadAsync(buffer, _end.Token)) > 0)
            {
                if (fromServer && _held is { } held && buffer.AsSpan(0, read).IndexOf(held.Letters) >= 0)
                {
                    _held = null;
                    await held.Stop.ArriveAsync();
                }

                Rewrite?.Invoke(buffer.AsSpan(0, read));
                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception exception) when (
            exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One end has closed the connection; CarryAsync closes the other.
        }
    }

    private sealed record Held(byte[] Letters, Stop Stop);
}
