using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Mes.Tests.Caching.Support;

/// <summary>The network between one instance and PostgreSQL, which can break at a chosen message.</summary>
internal sealed class PostgresWire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _break = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;
    private readonly string _host;
    private readonly int _port;
    private volatile Cut? _cut;
    private int _cuts;

    public PostgresWire(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        (_host, _port) = (settings.Host!, settings.Port);
        _listener.Start();
        (settings.Host, settings.Port) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        ConnectionString = settings.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The connection string of the same database, over this wire.</summary>
    public string ConnectionString { get; }

    /// <summary>How often the wire has broken.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>While set, nothing gets through, and every attempt fails at once.</summary>
    public bool IsDown { get; set; }

    /// <summary>While set, no message arrives, and neither side is told.</summary>
    public bool IsStalled { get; set; }

    /// <summary>
    /// Breaks the connection in place of the next message from the server that contains these letters. For a statement
    /// outside a transaction, the server sends a tag such as <c>UPDATE 1</c> only after it has committed.
    /// </summary>
    /// <param name="stayDown">Whether every later attempt to connect fails.</param>
    public void CutAnswer(string letters, bool stayDown = false) =>
        _cut = new Cut(Encoding.ASCII.GetBytes(letters), FromServer: true, stayDown);

    /// <summary>
    /// Breaks the connection in place of the next message to the server that contains these letters. The message never
    /// arrives.
    /// </summary>
    public void CutRequest(string letters) =>
        _cut = new Cut(Encoding.ASCII.GetBytes(letters), FromServer: false, StayDown: false);

    /// <summary>Lets no connection through any more, and ends those that wait.</summary>
    public void BreakForGood()
    {
        IsDown = true;
        _break.TrySetResult();
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
        {
            if (IsDown)
            {
                client.Client.LingerState = new LingerOption(true, 0);
                return;
            }

            using var server = new TcpClient();
            await server.ConnectAsync(_host, _port);
            client.NoDelay = server.NoDelay = true;
            var broken = _break.Task;
            await Task.WhenAny(
                broken,
                PumpAsync(client.GetStream(), server.GetStream(), fromServer: false),
                PumpAsync(server.GetStream(), client.GetStream(), fromServer: true));
            client.Client.LingerState = new LingerOption(true, 0);
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
                if (IsDown)
                {
                    return;
                }

                if (_cut is { } cut && cut.FromServer == fromServer && buffer.AsSpan(0, read).IndexOf(cut.Letters) >= 0)
                {
                    _cut = null;
                    IsDown = cut.StayDown;
                    Interlocked.Increment(ref _cuts);
                    return;
                }

                if (IsStalled)
                {
                    continue;
                }

                await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception exception) when (
            exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One end has closed the connection; CarryAsync closes the other.
        }
    }

    private sealed record Cut(byte[] Letters, bool FromServer, bool StayDown);
}
