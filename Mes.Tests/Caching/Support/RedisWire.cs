using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mes.Tests.Caching.Support;

/// <summary>
/// The network between one instance and the Redis behind an address: it breaks, holds an answer back, or comes to lead
/// elsewhere.
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

    /// <param name="target">The port of the Redis behind it.</param>
    public RedisWire(int target)
    {
        _target = target;
        _listener.Start();
        ConnectionString = $"127.0.0.1:{Port}";
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string ConnectionString { get; }

    /// <summary>Has everything that goes through written otherwise; as many bytes as before.</summary>
    public Action<Span<byte>>? Rewrite { get; init; }

    /// <summary>Breaks all connections; none can be made until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        _isDown = true;
        Break();
    }

    public void Mend() => _isDown = false;

    /// <summary>The same address means another Redis from now on: connections to the old one break.</summary>
    public void LeadTo(int target)
    {
        _target = target;
        Break();
    }

    /// <summary>Breaks all connections; new ones can be made at once.</summary>
    public void Break()
    {
        foreach (var client in _clients.Keys)
        {
            client.Client.LingerState = new LingerOption(true, 0);
            client.Close();
        }
    }

    /// <summary>The next answer that contains these letters waits on the way, and all behind it.</summary>
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
                // Nobody listens there, or the test has broken the connection.
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
            // One end is gone; CarryAsync ends the other.
        }
    }

    private sealed record Held(byte[] Letters, Stop Stop);
}
