using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mes.Chaos.Checking;

namespace Mes.Benchmarks.Peers;

/// <summary>
/// A distant Redis: forwards bytes after a fixed time, each way, without making the line narrower. Timers of .NET count
/// in whole milliseconds, so each direction has threads of its own, which sleep by the system's finer clock.
/// </summary>
internal sealed class DelayLine : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly int _target;
    private readonly TimeSpan _oneWay;

    public DelayLine(int target, TimeSpan roundTrip)
    {
        (_target, _oneWay) = (target, roundTrip / 2);
        _listener.Start();
        Begin(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Stop();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }
    }

    private static void Begin(Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One side has closed the connection, or the line is no longer needed.
        }
    })
    { IsBackground = true }.Start();

    private void Accept()
    {
        while (true)
        {
            var client = _listener.AcceptSocket();
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.NoDelay = server.NoDelay = true;
            _sockets.Add(client);
            _sockets.Add(server);
            server.Connect(IPAddress.Loopback, _target);
            Connect(client, server);
            Connect(server, client);
        }
    }

    private void Connect(Socket from, Socket to)
    {
        var pieces = new BlockingCollection<(byte[] Data, long Due)>();
        Begin(() =>
        {
            var buffer = new byte[64 * 1024];
            try
            {
                while (from.Receive(buffer) is var count and > 0)
                {
                    pieces.Add((buffer[..count], Clock.Now + Clock.Ticks(_oneWay.TotalMilliseconds)));
                }
            }
            finally
            {
                pieces.CompleteAdding();
            }
        });
        Begin(() =>
        {
            foreach (var (data, due) in pieces.GetConsumingEnumerable())
            {
                if (Clock.Milliseconds(Clock.Now, due) is var wait and > 0)
                {
                    _ = SleepMicroseconds((uint)(wait * 1000));
                }

                to.Send(data);
            }

            to.Dispose();
        });
    }

    [DllImport("libc", EntryPoint = "usleep")]
    private static extern int SleepMicroseconds(uint duration);
}
