using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Mes.Chaos.Cluster;

namespace Mes.Benchmarks.Peers;

/// <summary>One instance of a contender, with production's settings, as a process of its own.</summary>
/// <param name="hook">The assembly whose start-up hook tells what the process has used.</param>
internal sealed class PeerInstance(string name, string work, string hook) : IAsyncDisposable
{
    private const string MostPermits = "1000000000";

    private readonly string _probe = Path.Combine(work, $"{name}.probe");
    private ServerProcess? _process;

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    public async Task StartAsync(
        IEnumerable<string> command, string database, int? redisPort)
    {
        _process = ServerProcess.Start(
            "dotnet",
            [.. command, "--urls", Address.ToString()],
            Path.Combine(work, $"{name}.log"),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ConnectionStrings__Postgres"] = database,
                ["ConnectionStrings__Redis"] = redisPort is { } port ? $"127.0.0.1:{port}" : "",
                ["Mes__Cache__Enabled"] = redisPort is null ? "false" : "true",
                // Rate limits are on, as in production, but none is reached.
                ["Mes__RateLimits__Seller__Permits"] = MostPermits,
                ["Mes__RateLimits__Operator__Permits"] = MostPermits,
                ["Mes__RateLimits__Service__Permits"] = MostPermits,
                ["DOTNET_gcServer"] = "0",
                ["DOTNET_STARTUP_HOOKS"] = hook,
                ["MES_BENCH_PROBE"] = _probe,
            });
        await Service.WaitUntilReadyAsync(name, Address, _process);
    }

    /// <returns>Bytes allocated and milliseconds of CPU since the start.</returns>
    public async Task<(double Allocated, double Cpu)> UsedAsync()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_probe));
        var buffer = new byte[128];
        var filled = 0;
        while (await socket.ReceiveAsync(buffer.AsMemory(filled)) is var count and > 0)
        {
            filled += count;
        }

        var words = Encoding.ASCII.GetString(buffer, 0, filled).Split(' ');
        return (double.Parse(words[0], CultureInfo.InvariantCulture),
            double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.KillAsync("TERM");
            _process.Dispose();
        }
    }
}
