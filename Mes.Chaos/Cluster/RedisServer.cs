using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;

namespace Mes.Chaos.Cluster;

/// <summary>A private Redis, with an append-only file, as in production.</summary>
/// <param name="settings">Further command-line arguments.</param>
internal sealed class RedisServer(string directory, string name, params IReadOnlyList<string> settings)
    : IAsyncDisposable
{
    // Keeps the client from looking for the other nodes of a cluster: each command is meant for this node.
    private static readonly CommandMap ThisNode =
        CommandMap.Create(new HashSet<string> { "CLUSTER", "SUBSCRIBE" }, available: false);

    private readonly string _data = Path.Combine(directory, name);
    private ServerProcess? _process;

    private string DumpFile => Path.Combine(_data, "dump.rdb");

    public int Port { get; } = Ports.Free();

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts the server and waits until it answers.</summary>
    /// <param name="once">Further arguments for this start only.</param>
    public async Task StartAsync(int? replicaOf = null, params IReadOnlyList<string> once)
    {
        Directory.CreateDirectory(_data);
        string[] replica = replicaOf is { } master ? ["--replicaof", "127.0.0.1", $"{master}"] : [];
        _process = ServerProcess.Start(
            "redis-server",
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _data, "--save", "", "--appendonly", "yes",
                "--appendfsync", "no", "--repl-diskless-sync-delay", "0", .. settings, .. replica, .. once],
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
        var options = new ConfigurationOptions
        {
            EndPoints = { { "127.0.0.1", Port } },
            AllowAdmin =
            true,
            ConnectTimeout = 1000,
            AsyncTimeout = 5000,
            AbortOnConnectFail = true,
            CommandMap = ThisNode
        };
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        return await connection.GetServer(connection.GetEndPoints()[0]).ExecuteAsync(command, arguments);
    }

    /// <summary>The node's role, as it sees itself.</summary>
    public async Task<bool> IsReplicaAsync() => await ReplicationAsync("role") == "slave";

    /// <summary>Whether the replica has received everything that its master had when the replica connected.</summary>
    public async Task<bool> IsInStepAsync() => await ReplicationAsync("master_link_status") == "up";

    /// <summary>
    /// Sends one line of plain text and does not wait for the answer. For a server that refuses the commands with which
    /// a client introduces itself.
    /// </summary>
    public async Task TypeAsync(string line)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
    }

    public Task KillAsync() => _process!.KillAsync();

    public void Signal(string signal) => _process!.Signal(signal);

    /// <summary>Makes every attempt to save the data fail: a folder stands where the file would be written.</summary>
    public void BlockSaving()
    {
        File.Delete(DumpFile);
        Directory.CreateDirectory(DumpFile);
    }

    public void UnblockSaving() => Directory.Delete(DumpFile);

    /// <summary>Copies everything that the server has on disk.</summary>
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

    /// <summary>Restores a copy. The server must be stopped.</summary>
    public void DeleteData()
    {
        if (Directory.Exists(_data))
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    /// <summary>Deletes the data. The server must be stopped.</summary>
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

    private async Task<string?> ReplicationAsync(string key) =>
        ((string)(await CommandAsync("INFO", "replication"))!).Split("\r\n").Select(line => line.Split(':'))
            .FirstOrDefault(parts => parts[0] == key)?[1];

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
