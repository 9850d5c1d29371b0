using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Mes.Tests.Support;

/// <summary>
/// A PostgreSQL server for one test, which can do what a shared server must not: become a standby, be promoted, or go
/// back to older files.
/// </summary>
internal sealed class TestPostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const int StartAttempts = 5;

    private readonly string _folder;
    private readonly ConcurrentQueue<string> _output = [];
    private Process? _process;
    private bool _portIsGiven;

    private TestPostgresServer(string folder) => _folder = folder;

    public int Port { get; private set; } = TestRedisServer.FreePort();

    public string ConnectionString =>
        $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres";

    private string Data => Path.Combine(_folder, "data");

    public static async Task<TestPostgresServer> StartAsync()
    {
        var server = Create();
        await RunAsync(
            "initdb", ["-D", server.Data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
        await server.LaunchAsync();
        return server;
    }

    /// <summary>
    /// Copies the running server as a standby. Once launched, the standby follows the server's further changes.
    /// </summary>
    public async Task<TestPostgresServer> CreateStandbyAsync()
    {
        var standby = Create();
        await RunAsync(
            "pg_basebackup",
            ["-D", standby.Data, "-d", $"host=127.0.0.1 port={Port} user=postgres", "-R", "-X", "stream", "-c", "fast",
                "--no-sync"]);
        return standby;
    }

    /// <summary>Takes another server's port at the next launch. Both must be stopped by then.</summary>
    public void TakePortOf(TestPostgresServer other) => Port = other.Port;

    /// <summary>Starts the server and returns when it answers, possibly as a standby.</summary>
    public async Task LaunchAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var process = _process = Start(
                "postgres",
                ["-D", Data, "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                    "-c", "fsync=off", "-c", "max_connections=60"],
                _output.Enqueue);
            await Eventually.IsTrue(
                async () => process.HasExited || await AnswersAsync(), Limit, "the started PostgreSQL answers");
            if (!process.HasExited)
            {
                _portIsGiven = true;
                return;
            }

            _process = null;
            process.Dispose();
            if (_portIsGiven || attempt == StartAttempts)
            {
                throw new InvalidOperationException($"PostgreSQL has ended: {string.Join('\n', _output)}");
            }

            // Another process may have taken the port since the check.
            Port = TestRedisServer.FreePort();
        }
    }

    /// <summary>
    /// Stops the server at once, whichever clients are connected. It recovers from its log at the next launch.
    /// </summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            await ResumeAsync();
            _process = null;
            await RunAsync("pg_ctl", ["stop", "-D", Data, "-m", "immediate", "-w"]);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>
    /// Pauses the server (SIGSTOP): connections stay open and new ones are accepted, but no answers come.
    /// </summary>
    public async Task PauseAsync()
    {
        // The first process first, so that it starts no others meanwhile.
        await SignalAsync("STOP", _process!.Id);
        await SignalAsync("STOP", Children());
    }

    /// <summary>Does nothing if the server is not paused.</summary>
    public async Task ResumeAsync()
    {
        await SignalAsync("CONT", Children());
        await SignalAsync("CONT", _process!.Id);
    }

    /// <summary>Saves the server's files. The server must be stopped.</summary>
    public Task SaveFilesAsync() => RunAsync("cp", ["-a", Data, Data + ".saved"]);

    /// <summary>Restores the saved files. The server must be stopped.</summary>
    public async Task PutFilesBackAsync()
    {
        Directory.Delete(Data, recursive: true);
        await RunAsync("mv", [Data + ".saved", Data]);
    }

    public async Task<object?> ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static TestPostgresServer Create()
    {
        TestServers.RequirePostgresProgram("initdb");
        var folder = Directory.CreateTempSubdirectory("mes-postgres-").FullName;
        if (IsRoot)
        {
            // PostgreSQL does not run as root.
            using var chown = Process.Start("chown", ["postgres", folder]);
            chown.WaitForExit();
        }

        return new TestPostgresServer(folder);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private int[] Children()
    {
        // The second field after the name, which may contain spaces, is the parent.
        return [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out var id) && ParentOf(id) == _process!.Id).Select(int.Parse!)];

        static int? ParentOf(int id)
        {
            try
            {
                var stat = File.ReadAllText($"/proc/{id}/stat");
                return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
            }
            catch (IOException)
            {
                return null; // It has ended meanwhile.
            }
        }
    }

    private static async Task SignalAsync(string signal, params int[] processes)
    {
        if (processes.Length > 0)
        {
            using var kill = Process.Start("kill", ["-s", signal, .. processes.Select(id => $"{id}")]);
            await kill.WaitForExitAsync();
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("SELECT 1");
            return true;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    private static Process Start(string program, IReadOnlyList<string> arguments, Action<string>? write = null)
    {
        var path = program is "cp" or "mv" ? program : TestServers.RequirePostgresProgram(program);
        var start = IsRoot
            ? new ProcessStartInfo(
                "setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = start.RedirectStandardInput = true;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => write?.Invoke(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => write?.Invoke(line.Data ?? "");
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Start(program, arguments);
        using var limit = new CancellationTokenSource(Limit);
        await process.WaitForExitAsync(limit.Token);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}
