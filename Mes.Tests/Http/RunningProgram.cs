using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mes.Api;
using Mes.Tests.OpenApi;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// The program, serving requests as a separate process on a free port. It takes requests and signals.
/// </summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private RunningProgram(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>
    /// Starts the program, on the embedded engines unless the settings say otherwise. It is ready when this returns.
    /// </summary>
    public static async Task<RunningProgram> StartAsync(
        string dataDirectory, IReadOnlyDictionary<string, string> environment)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        // A background process of a shell ignores SIGINT and SIGQUIT, and so do its children. Tests may run as one.
        var start = new ProcessStartInfo(
            "env", ["--default-signal=INT,QUIT", "dotnet", typeof(MesApplication).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        start.Environment["Mes__DataDirectory"] = dataDirectory;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var program = new RunningProgram(Process.Start(start)!, address);
        var watch = Stopwatch.StartNew();
        while (await program.ReadinessAsync() != HttpStatusCode.OK)
        {
            if (program.HasExited || watch.Elapsed > Limit)
            {
                await program.DisposeAsync();
                throw new AssertionException($"The program did not become ready: {program.Output}");
            }

            await Task.Delay(50);
        }

        return program;
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Null if the connection is refused.</summary>
    public async Task<HttpStatusCode?> ReadinessAsync()
    {
        using var client = AnswerCheck.NewClient(Address);
        try
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, _process.Id.ToString()]);
        kill.WaitForExit();
    }

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
