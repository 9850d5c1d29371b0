using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Mes.Tests.Support;

/// <summary>A Redis process for one test, which can stop, restart and stall it.</summary>
internal sealed class TestRedisServer : IAsyncDisposable
{
    private const int FirstPort = 20000;
    private const int EndOfPorts = 32000;
    private const int StartAttempts = 5;
    private const string Ready = "Ready to accept connections";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The ports handed out so far. None is handed out twice, because a server may open its port late or again.
    /// </summary>
    private static readonly HashSet<int> Given = [];

    private readonly string _program;
    private readonly Func<string[]> _extraArgs;
    private readonly string _folder = Directory.CreateTempSubdirectory("mes-redis-").FullName;
    private string[] _arguments = [];
    private Process? _process;

    private TestRedisServer(string program, Func<string[]> extraArgs)
    {
        _program = program;
        _extraArgs = extraArgs;
    }

    public int Port { get; private set; }

    public bool IsRunning => _process is not null;

    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <param name="extraArgs">
    /// Override the defaults. The server writes nothing to disk unless they say so. For data that survives a restart:
    /// <c>"--appendonly", "yes", "--appendfsync", "always"</c>.
    /// </param>
    public static Task<TestRedisServer> StartAsync(params string[] extraArgs) => StartAsync(() => extraArgs);

    /// <inheritdoc cref="StartAsync(string[])"/>
    /// <param name="extraArgs">Called again for each attempt to find free ports.</param>
    public static async Task<TestRedisServer> StartAsync(Func<string[]> extraArgs)
    {
        var server = new TestRedisServer(TestServers.RequireRedisProgram(), extraArgs);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                server.Port = FreePort();
                server._arguments = server.Arguments();
                try
                {
                    await server.LaunchAsync();
                    return server;
                }
                catch (RedisExitedException) when (attempt < StartAttempts)
                {
                    // Another process may have taken the port since the check.
                }
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the process (SIGKILL); unwritten data is lost. Does nothing if it is not running.</summary>
    public async Task StopAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.Kill();
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
        _process = null;
    }

    /// <summary>Kills the process if it is running, and starts another one on the same port and folder.</summary>
    public async Task RestartAsync(bool wipeData = false)
    {
        await StopAsync();
        if (wipeData)
        {
            Directory.Delete(_folder, recursive: true);
            Directory.CreateDirectory(_folder);
        }

        await LaunchAsync();
    }

    /// <summary>Pauses the process (SIGSTOP): connections stay open, but no answers come.</summary>
    public async Task PauseAsync()
    {
        await SignalAsync("STOP");
        await Eventually.IsTrue(IsStopped, Limit, "the paused Redis process stands still");
    }

    public Task ResumeAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <remarks>
    /// Below the ports that systems hand out to clients. Otherwise a client that connects to the port of a stopped
    /// server could get that port itself, and would be connected to itself.
    /// </remarks>
    public static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(FirstPort, EndOfPorts);
            lock (Given)
            {
                if (!Given.Add(port))
                {
                    continue;
                }
            }

            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // The port is taken: try another one.
            }
        }
    }

    private async Task LaunchAsync()
    {
        var output = new StringBuilder();
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(_program, _arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        DataReceivedEventHandler collect = (_, line) =>
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        };
        process.OutputDataReceived += collect;
        process.ErrorDataReceived += collect;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        _process = process;

        // Asks the server for its identity, because another Redis may answer on a port that was taken in between.
        await Eventually.IsTrue(
            async () =>
            {
                if (process.HasExited)
                {
                    await StopAsync();
                    lock (output)
                    {
                        throw new RedisExitedException($"redis-server ended: {output}");
                    }
                }

                lock (output)
                {
                    return output.ToString().Contains(Ready, StringComparison.Ordinal);
                }
            },
            Limit,
            "the started Redis process accepts connections");
    }

    private string[] Arguments() =>
    [
        "--bind", "127.0.0.1",
        "--port", $"{Port}",
        "--dir", _folder,
        "--save", "",
        "--appendonly", "no",
        "--daemonize", "no",
        .. _extraArgs(),
    ];

    private async Task SignalAsync(string signal)
    {
        // Uses the shell's built-in kill, because the program of that name is not installed everywhere.
        using var shell = Process.Start("/bin/sh", ["-c", "kill -s \"$0\" \"$1\"", signal, $"{Running.Id}"]);
        using var limit = new CancellationTokenSource(Limit);
        await shell.WaitForExitAsync(limit.Token);
        if (shell.ExitCode != 0)
        {
            throw new InvalidOperationException($"kill -s {signal} {Running.Id} ended with code {shell.ExitCode}");
        }
    }

    private bool IsStopped()
    {
        var status = $"/proc/{Running.Id}/stat";
        if (!File.Exists(status))
        {
            return true;
        }

        // pid (name) state …, proc(5); the name may contain spaces and parentheses.
        var text = File.ReadAllText(status);
        return text[(text.LastIndexOf(')') + 2)..].StartsWith('T');
    }

    private Process Running => _process ?? throw new InvalidOperationException("the Redis process is not running");

    private sealed class RedisExitedException(string message) : Exception(message);
}
