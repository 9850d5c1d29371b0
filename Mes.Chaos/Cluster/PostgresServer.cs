using System.Diagnostics;
using Npgsql;

namespace Mes.Chaos.Cluster;

/// <summary>A private PostgreSQL.</summary>
/// <param name="settings">Settings of the server, as <c>name=value</c>.</param>
internal sealed class PostgresServer(string directory, params IReadOnlyList<string> settings) : IAsyncDisposable
{
    private readonly int _port = Ports.Free();
    private string _data = Path.Combine(directory, "data");
    private ServerProcess? _process;
    private int _backups;

    /// <summary>The connection string of the database that every server has.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    /// <summary>The server's wall clock; null for the machine's.</summary>
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
        // Sets the variables for the server alone: the program that changes the user must not preload libfaketime.
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

    /// <summary>Kills the server, as in a crash. It recovers from its log at the next start.</summary>
    public async Task RestartAsync()
    {
        await _process!.KillAsync("QUIT");
        await StartAsync();
    }

    /// <summary>Sends a signal to the server and to every session, which is a process of its own.</summary>
    public void Signal(string signal)
    {
        _process!.Signal(signal);
        _process.SignalChildren(signal);
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection =
            new NpgsqlConnection(ConnectionStringOf(database) + ";Pooling=false;Command Timeout=600");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Renames a database and ends all its sessions. No client reaches it under the old name any more.
    /// </summary>
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

    /// <returns>The path of a dump for <see cref="RestoreDumpAsync"/>.</returns>
    public async Task<string> DumpAsync(string database)
    {
        var file = Path.Combine(directory, "..", $"{database}.dump");
        await RunAsync(
            Binary("pg_dump"), ["-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", "-Fc", "-f", file, database]);
        return file;
    }

    /// <summary>Restores a dump into a new database.</summary>
    public async Task RestoreDumpAsync(string file, string database)
    {
        await ExecuteAsync("postgres", $"CREATE DATABASE {database}");
        await RunAsync(
            Binary("pg_restore"), ["-h", "127.0.0.1", "-p", $"{_port}", "-U", "postgres", "-d", database, file]);
    }

    /// <summary>Backs up the whole server as it is now.</summary>
    /// <returns>A folder for <see cref="FallBackAsync"/>.</returns>
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
    /// Starts from a backup, on a new timeline. The effect is that of promoting a replica which had fallen as far
    /// behind. The server must be stopped.
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
