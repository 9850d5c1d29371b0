using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mes.Benchmarks.Peers;

/// <summary>
/// One kept-alive connection to an instance. It costs a fraction of what HttpClient costs, which matters because
/// callers and instances share the cores. It understands what Kestrel sends, and no more.
/// </summary>
internal sealed class HttpLine(Uri address) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private Socket? _socket;
    private byte[] _buffer = new byte[64 * 1024];
    private byte[] _body = [];
    private int _filled;

    public static byte[] Request(string method, string path, string key, string? body = null)
    {
        var content = body is not null
            ? $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            : method == "GET" ? "" : "Content-Length: 0\r\n";
        return Encoding.UTF8.GetBytes(
            $"{method} /api/v1/{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n{content}\r\n{body}");
    }

    /// <returns>The answer; status 0 if none came within 15 s.</returns>
    public async Task<HttpAnswer> SendAsync(ReadOnlyMemory<byte> request)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            _socket ??= await ConnectAsync(limit.Token);
            while (request.Length > 0)
            {
                request = request[await _socket.SendAsync(request, limit.Token)..];
            }

            return await ReadAsync(limit.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or IOException)
        {
            Dispose(); // The next request begins a new connection.
            return default;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task<Socket> ConnectAsync(CancellationToken limit)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, address.Port, limit);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<HttpAnswer> ReadAsync(CancellationToken limit)
    {
        _filled = 0;
        int head;
        while ((head = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            await ReceiveAsync(limit);
        }

        var status = Number(_buffer.AsSpan(9, 3), NumberStyles.None);
        var version = Header(head, "\r\nETag: \""u8) is { } tag ? Number(tag[..^1].Span, NumberStyles.None) : 0;
        var start = head + 4;
        if (Header(head, "\r\nContent-Length: "u8) is { } length)
        {
            var end = start + Number(length.Span, NumberStyles.None);
            while (_filled < end)
            {
                await ReceiveAsync(limit);
            }

            return new HttpAnswer(status, version, _buffer.AsMemory(start, end - start));
        }

        return Header(head, "\r\nTransfer-Encoding: "u8) is null
            ? new HttpAnswer(status, version, default)
            : new HttpAnswer(status, version, await ReadChunksAsync(start, limit));
    }

    private async Task<ReadOnlyMemory<byte>> ReadChunksAsync(int at, CancellationToken limit)
    {
        var length = 0;
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(at, _filled - at).IndexOf("\r\n"u8)) < 0)
            {
                await ReceiveAsync(limit);
            }

            var size = Number(_buffer.AsSpan(at, line), NumberStyles.AllowHexSpecifier);
            at += line + 2;
            while (_filled < at + size + 2)
            {
                await ReceiveAsync(limit);
            }

            if (size == 0)
            {
                return _body.AsMemory(0, length);
            }

            if (_body.Length < length + size)
            {
                Array.Resize(ref _body, 2 * (length + size));
            }

            _buffer.AsSpan(at, size).CopyTo(_body.AsSpan(length));
            length += size;
            at += size + 2;
        }
    }

    private ReadOnlyMemory<byte>? Header(int head, ReadOnlySpan<byte> name)
    {
        var headers = _buffer.AsSpan(0, head + 2);
        var at = headers.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        at += name.Length;
        return _buffer.AsMemory(at, headers[at..].IndexOf((byte)'\r'));
    }

    private async Task ReceiveAsync(CancellationToken limit)
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var count = await _socket!.ReceiveAsync(_buffer.AsMemory(_filled), limit);
        _filled += count > 0 ? count : throw new IOException("The instance closed the connection.");
    }

    private static int Number(ReadOnlySpan<byte> digits, NumberStyles style) =>
        int.Parse(digits, style, CultureInfo.InvariantCulture);
}
