using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>What a status hit allocates: the whole request, from the server's socket and back to it.</summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class HitPriceTests
{
    private const int Requests = 1024;
    private const int Rounds = 8;

    private readonly Memory _memory = new();
    private CacheWorld _world = null!;
    private Instance _instance = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await CacheWorld.SharedAsync();
        _instance = await _world.StartInstanceAsync(new InstanceSettings
        {
            HasNearCopies = true,
            Services = services =>
            {
                // Without a provider the host would make neither an activity nor a scope for a request.
                services.AddSingleton<ILoggerProvider>(new LoggerProvider());
                services.Decorate<IOrderCache>((inner, _) => _memory.Of(inner));
            },
        });
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_instance);

    [TestCase(true, 1, 3 * 1024, Description = "what surrounds the cache")]
    [TestCase(false, 32, 4 * 1024, Description = "with questions that many reads share")]
    [TestCase(false, 1, 7 * 1024, Description = "with a question of its own")]
    public async Task A_status_hit_allocates_little(bool fromMemory, int connections, int maxBytes)
    {
        // Two orders in turn: for the same path again, the server would keep the strings.
        using var client = new Client(
            _instance.Host.Address, connections, await SubmittedAsync(), await SubmittedAsync());
        _memory.IsUsed = fromMemory;
        client.Ask(Requests);

        // The least of several rounds, and less what the instances of this process allocate in the background in the
        // same time: the slower the machine, the more that is for each request.
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var watch = Stopwatch.StartNew();
            client.Ask(Requests);
            var between = GC.GetTotalAllocatedBytes(precise: true);
            await Task.Delay(watch.Elapsed);
            var background = GC.GetTotalAllocatedBytes(precise: true) - between;
            least = Math.Min(least, (between - before - background) / Requests);
        }

        TestContext.Out.WriteLine($"{least} bytes per status hit");
        Assert.That(least, Is.LessThanOrEqualTo(maxBytes));
    }

    private async Task<Guid> SubmittedAsync()
    {
        var id = Commands.NewOrderId();
        await _instance.ChangeAsync(Commands.Submit(id));
        return id;
    }

    /// <summary>A client that allocates nothing, and so adds nothing to what is measured.</summary>
    private sealed class Client : IDisposable
    {
        private readonly Socket[] _sockets;
        private readonly byte[] _buffer = new byte[4096];
        private readonly byte[][] _requests;
        private int _next;

        public Client(Uri address, int connections, params Guid[] orders)
        {
            _sockets = [.. Enumerable.Range(0, connections).Select(_ => Connect(address))];
            _requests =
            [
                .. orders.Select(id => Encoding.ASCII.GetBytes(
                    $"GET /api/v1/orders/{id:D}/status HTTP/1.1\r\nHost: {address.Authority}\r\n"
                    + $"Authorization: Bearer {MesHost.Alpha}\r\n\r\n")),
            ];
        }

        public void Ask(int times)
        {
            for (var i = 0; i < times; i += _sockets.Length)
            {
                foreach (var socket in _sockets)
                {
                    socket.Send(_requests[_next++ % _requests.Length]);
                }

                foreach (var socket in _sockets)
                {
                    Read(socket);
                }
            }
        }

        public void Dispose()
        {
            foreach (var socket in _sockets)
            {
                socket.Dispose();
            }
        }

        private static Socket Connect(Uri address)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(address.Host, address.Port);
            return socket;
        }

        private void Read(Socket socket)
        {
            var length = 0;
            while (!IsWhole(_buffer.AsSpan(0, length)))
            {
                var read = socket.Receive(_buffer.AsSpan(length));
                if (read == 0)
                {
                    throw new AssertionException("The server has closed the connection.");
                }

                length += read;
            }
        }

        /// <summary>A status is one JSON object, which ends the answer.</summary>
        private static bool IsWhole(ReadOnlySpan<byte> answer)
        {
            if (answer.IndexOf("\r\n\r\n"u8) < 0 || answer[^1] != (byte)'}')
            {
                return false;
            }

            if (!answer.StartsWith("HTTP/1.1 200 "u8) || answer.IndexOf("\r\nCache-Status: mes; hit\r\n"u8) < 0)
            {
                throw new AssertionException(Encoding.ASCII.GetString(answer));
            }

            return true;
        }
    }

    /// <summary>Answers from memory what the cache has answered before, and waits as for Redis.</summary>
    private sealed class Memory
    {
        private readonly ConcurrentDictionary<Guid, CacheRead<OrderSnapshot>> _reads = new();

        public bool IsUsed { get; set; }

        public IOrderCache Of(IOrderCache inner) => new Cache(inner, this);

        private sealed class Cache(IOrderCache inner, Memory memory) : IOrderCache
        {
            public async ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId)
            {
                if (!memory.IsUsed)
                {
                    return await inner.GetAsync(orderId);
                }

                await Task.Yield();
                if (!memory._reads.TryGetValue(orderId, out var read))
                {
                    read = memory._reads[orderId] = await inner.GetAsync(orderId);
                }

                return read;
            }

            public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) =>
                inner.BeginAsync(orderId, holder);

            public ValueTask<PutResult> PutAsync(
                OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
                inner.PutAsync(order, token, tags);

            public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) =>
                inner.DropAsync(orderId, tags);
        }
    }

    /// <summary>As the service's own: it takes scopes, and the service's filters decide what is logged.</summary>
    private sealed class LoggerProvider : ILoggerProvider, ISupportExternalScope
    {
        public ILogger CreateLogger(string categoryName) => new Logger();

        public void SetScopeProvider(IExternalScopeProvider scopeProvider)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Logger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
        }
    }
}
