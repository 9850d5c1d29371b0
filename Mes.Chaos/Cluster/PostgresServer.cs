using System.Diagnostics;
using Npgsql;

namespace Mes.Chaos.Cluster;

/// <summary>A private PostgreSQL.</summary>
/// <param name="settings">Of the server, as <c>name=value</c>.</param>
internal sealed class PostgresServer(string directory, params IReadOnlyList<string> settings) : IAsyncDisposable
{
    private readonly int _port = Ports.Free();
    private string _data = Path.Combine(directory, "data");
    private ServerProcess? _process;
    private int _backups;

    /// <summary>Of the database that every server has.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    /// <summary>What it tells the time by; null for the machine's clock.</summary>
    public FakeClock? Clock { get; init; }

    public string ConnectionStringOf(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Timeout=3;Command Timeout=5";

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(directory);
        var (program, prefix) = AsServerUser();
        if (prefix.Count > 0)
        {
            await RunAsync("chown", ["postgres", directory]);
        }

        await RunAsync(program,
            [.. prefix, Binary("initdb"), "-D", _data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]);
        await StartAsync();
    }

    public async Task StartAsync()
    {
        // Only the server itself is to have the environment: what changes the user must not be preloaded anything.
        var (program, prefix) = AsServerUser();
        var environment = Clock?.Environment ?? new Dictionary<string, string>();
        _process = ServerProcess.Start(
            program,
            [
                .. prefix, .. prefix.Count > 0 ? ["env"] : Array.Empty<string>(),
                    .. environment.Select(variable => $"{variable.Key}={variable.Value}"),
                Binary("postgres"), "-D", _data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c",
                    "unix_socket_directories=", "-c", "max_connections=300",
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

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection =
            new NpgsqlConnection(ConnectionStringOf(database) + ";Pooling=false;Command Timeout=60");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Takes a database from everybody who uses it: under another name it is still there.</summary>
    public async Task RenameAsync(string database, string name)
    {
        await ExecuteAsync("postgres", $"ALTER DATABASE {database} ALLOW_CONNECTIONS false");
        for (var attempt = 1; ; attempt++)
        {
            await ExecuteAsync(
                "postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
            try
            {
                await ExecuteAsync("postgres", $"ALTER DATABASE {database} RENAME TO {name}");
                break;
            }
            catch (PostgresException exception) when (
                exception.SqlState == PostgresErrorCodes.ObjectInUse && attempt < 50)
            {
                // Sessions take a moment to end.
                await Task.Delay(20);
            }
        }

        await ExecuteAsync("postgres", $"ALTER DATABASE {name} ALLOW_CONNECTIONS true");
    }

    /// <returns>A file that <see cref="RestoreDumpAsync"/> takes.</returns>
    public async Task<string> DumpAsync(string database)
    {
        var file = Path.Combine(directory, "..", $"{database}.dump");
        await RunAsync(
            Binary("pg_dump"), ["-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", "-Fc", "-f", file, database]);
        return file;
    }

    /// <summary>Into a new database.</summary>
    public async Task RestoreDumpAsync(string file, string database)
    {
        await ExecuteAsync("postgres", $"CREATE DATABASE {database}");
        await RunAsync(
            Binary("pg_restore"), ["-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", "-d", database, file]);
    }

    /// <summary>All of it, as it is now.</summary>
    /// <returns>A folder that <see cref="FallBackAsync"/> takes.</returns>
    public async Task<string> BackUpAsync()
    {
        var backup = Path.Combine(directory, $"backup-{++_backups}");
        var (program, prefix) = AsServerUser();
        await RunAsync(program, [.. prefix, Binary("pg_basebackup"), "-h", "127.0.0.1", "-p", $"{_port}", "-U",
            "postgres", "-D", backup, "-X", "stream", "-c", "fast", "--no-sync"]);
        return backup;
    }

    public Task StopAsync() => _process!.KillAsync("QUIT");

    /// <summary>
    /// Starts on what was backed up, on a timeline of its own: the same as when a replica that had fallen so far behind
    /// is promoted. The server must have been stopped.
    /// </summary>
    public async Task FallBackAsync(string backup)
    {
        Directory.Delete(_data, recursive: true);
        _data = backup;
        await File.WriteAllTextAsync(Path.Combine(_data, "recovery.signal"), "");
        await File.AppendAllTextAsync(
            Path.Combine(_data, "postgresql.auto.conf"), "restore_command = 'false'\n"); // There is no archive.
        await StartAsync();
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

    private static async Task RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
    }
}
