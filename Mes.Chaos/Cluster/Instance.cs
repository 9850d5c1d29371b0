using Mes.Chaos.Workload;

namespace Mes.Chaos.Cluster;

/// <summary>One instance of the service, as a real process.</summary>
/// <param name="redis">The connection string of a cluster or of the proxy.</param>
/// <param name="proxy">
/// The proxy between the instance and Redis; null if the instance connects to a cluster's nodes.
/// </param>
/// <param name="settings">Further settings, as environment variables.</param>
internal sealed class Instance(byte number, Options options, string postgres, string redis, TcpProxy? proxy,
    params IReadOnlyList<(string Key, string Value)> settings) : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    private ServerProcess? _process;
    private volatile bool _isUp;

    public byte Number => number;

    public TcpProxy Proxy => proxy ?? throw new InvalidOperationException("There is no proxy before a cluster.");

    /// <summary>Whether a load balancer would send requests to it: it is ready and has not been killed since.</summary>
    public bool IsUp => _isUp;

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    /// <param name="service">The assembly to run instead of the usual one.</param>
    public void Start(string? service = null) => _process = ServerProcess.Start(
        "dotnet",
        [service ?? options.Service, "--urls", Address.ToString()],
        Path.Combine(options.WorkDirectory, $"instance-{number}.log"),
        new Dictionary<string, string>(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ConnectionStrings__Postgres"] = postgres,
            ["ConnectionStrings__Redis"] = redis,
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_TieredPGO"] = "0",
        });

    public async Task WaitUntilReadyAsync()
    {
        for (var i = 0; i < 600; i++)
        {
            if (_process!.HasExited)
            {
                throw new InvalidOperationException($"Instance {number} ended; see its log.");
            }

            try
            {
                using var response = await Http.GetAsync(new Uri(Address, "/health/ready"));
                if (response.IsSuccessStatusCode)
                {
                    _isUp = true;
                    return;
                }
            }
            catch (Exception exception) when (Connection.IsOutage(exception))
            {
                // It is not listening yet.
            }

            await Task.Delay(100);
        }

        throw new InvalidOperationException($"Instance {number} did not become ready; see its log.");
    }

    public Task KillAsync(string signal = "KILL")
    {
        _isUp = false;
        return _process!.KillAsync(signal);
    }

    public void Signal(string signal) => _process!.Signal(signal);

    public async ValueTask DisposeAsync()
    {
        proxy?.Dispose();
        if (_process is not null)
        {
            await _process.KillAsync("TERM");
        }
    }
}
