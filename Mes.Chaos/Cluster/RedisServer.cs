using StackExchange.Redis;

namespace Mes.Chaos.Cluster;

/// <summary>A private Redis, with an append-only file, as in production.</summary>
internal sealed class RedisServer(string directory, string name) : IAsyncDisposable
{
    private readonly string _data = Path.Combine(directory, name);
    private ServerProcess? _process;

    public int Port { get; } = Ports.Free();

    public async Task StartAsync(int? replicaOf = null)
    {
        Directory.CreateDirectory(_data);
        string[] replica = replicaOf is { } master ? ["--replicaof", "127.0.0.1", $"{master}"] : [];
        _process = ServerProcess.Start(
            "redis-server",
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _data, "--save", "", "--appendonly", "yes", "--appendfsync", "no", "--repl-diskless-sync-delay", "0", .. replica],
            Path.Combine(directory, name + ".log"));
        for (var i = 0; i < 200; i++)
        {
            try
            {
                await CommandAsync("PING");
                return;
            }
            catch (RedisException)
            {
                await Task.Delay(50);
            }
        }

        throw new InvalidOperationException($"Redis {name} did not start; see its log.");
    }

    public async Task<RedisResult> CommandAsync(string command, params object[] arguments)
    {
        var options = new ConfigurationOptions { EndPoints = { { "127.0.0.1", Port } }, AllowAdmin = true, ConnectTimeout = 1000, AsyncTimeout = 5000, AbortOnConnectFail = true };
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        return await connection.GetServer(connection.GetEndPoints()[0]).ExecuteAsync(command, arguments);
    }

    public Task KillAsync() => _process!.KillAsync();

    public void Signal(string signal) => _process!.Signal(signal);

    /// <summary>Everything it has on disk now.</summary>
    public string SaveData()
    {
        var copy = _data + ".old";
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        Copy(_data, copy);
        return copy;
    }

    /// <summary>Only while it does not run.</summary>
    public void DeleteData()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    /// <summary>Only while it does not run.</summary>
    public void ReplaceData(string? copy)
    {
        DeleteData();
        if (copy is not null)
        {
            Copy(copy, _data);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.KillAsync();
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
