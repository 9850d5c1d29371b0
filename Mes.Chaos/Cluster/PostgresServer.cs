using System.Diagnostics;
using Npgsql;

namespace Mes.Chaos.Cluster;

/// <summary>A private PostgreSQL.</summary>
/// <param name="settings">Of the server, as <c>name=value</c>.</param>
internal sealed class PostgresServer(string directory, params IReadOnlyList<string> settings) : IAsyncDisposable
{
    private readonly string _data = Path.Combine(directory, "data");
    private readonly int _port = Ports.Free();
    private ServerProcess? _process;

    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=postgres;Database=postgres;Timeout=3;Command Timeout=5";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(directory);
        var (program, prefix) = AsServerUser();
        if (prefix.Count > 0)
        {
            Run("chown", ["postgres", directory]);
        }

        Run(program, [.. prefix, Binary("initdb"), "-D", _data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]);
        await StartAsync();
    }

    public async Task StartAsync()
    {
        var (program, prefix) = AsServerUser();
        _process = ServerProcess.Start(
            program,
            [
                .. prefix, Binary("postgres"), "-D", _data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=300",
                .. settings.SelectMany(setting => new[] { "-c", setting }),
            ],
            Path.Combine(directory, "..", "postgres.log"));
        for (var i = 0; i < 300; i++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
            {
                await Task.Delay(100);
            }
        }

        throw new InvalidOperationException("PostgreSQL did not start; see postgres.log.");
    }

    /// <summary>As after a crash: it recovers from its log.</summary>
    public async Task RestartAsync()
    {
        await _process!.KillAsync("QUIT");
        await StartAsync();
    }

    /// <summary>To the server and every session: each is a process of its own.</summary>
    public void Signal(string signal)
    {
        _process!.Signal(signal);
        _process.SignalChildren(signal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Signal("CONT");
            await _process.KillAsync("INT");
        }
    }

    private static (string Program, List<string> Prefix) AsServerUser() => Environment.UserName == "root"
        ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups"])
        : ("env", []);

    private static string Binary(string name)
    {
        var found = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetFiles("/usr/lib/postgresql", name, SearchOption.AllDirectories).Order().LastOrDefault()
            : null;
        return found ?? name;
    }

    private static void Run(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }
}
