using Mes.Chaos.Cluster;

namespace Mes.Benchmarks;

/// <summary>One instance of the service, as a separate process, and clients of it.</summary>
internal sealed class Service(
    string name, string assembly, string database, int? redisPort, string work,
        IReadOnlyCollection<(string Key, string Value)> settings) : IAsyncDisposable
{
    private ServerProcess? _process;

    public string Name => name;

    /// <summary>What the process takes of the machine's memory.</summary>
    public long MemoryBytes
    {
        get
        {
            using var process = System.Diagnostics.Process.GetProcessById(_process!.Id);
            return process.WorkingSet64;
        }
    }

    public Uri Address { get; } = new($"http://127.0.0.1:{Ports.Free()}");

    public async Task StartAsync()
    {
        _process = ServerProcess.Start(
            "dotnet",
            [assembly, "--urls", Address.ToString()],
            Path.Combine(work, $"{name}.log"),
            new Dictionary<string, string>(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ConnectionStrings__Postgres"] = database,
                ["ConnectionStrings__Redis"] = redisPort is { } port ? $"127.0.0.1:{port}" : "",
                ["Mes__Cache__Enabled"] = redisPort is null ? "false" : "true",
                ["DOTNET_gcServer"] = "0",
            });
        await WaitUntilReadyAsync(name, Address, _process);
    }

    /// <exception cref="InvalidOperationException">The process ended, or was not ready in time.</exception>
    public static async Task WaitUntilReadyAsync(string name, Uri address, ServerProcess process)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var attempt = 0; attempt < 600; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address, "/health/ready"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception exception) when (
                exception is HttpRequestException or TaskCanceledException && !process.HasExited)
            {
                // It is not listening yet.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"{name} did not become ready; see its log.");
    }

    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.KillAsync("TERM");
        }
    }
}
