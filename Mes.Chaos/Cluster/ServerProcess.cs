using System.Diagnostics;
using System.Globalization;

namespace Mes.Chaos.Cluster;

/// <summary>A child process that is started, stopped and signalled by its id.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public static ServerProcess Start(string program, IEnumerable<string> arguments, string log,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        // The shell is there only for the redirection; exec keeps the process id.
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (var argument in new[] { "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log,
            program }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start)!);
    }

    public void Signal(string signal)
    {
        if (!_process.HasExited)
        {
            Send(signal, [Id.ToString(CultureInfo.InvariantCulture)]);
        }
    }

    /// <summary>Sends a signal to every child of the process that has not ended.</summary>
    public void SignalChildren(string signal)
    {
        var children = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).OfType<string>().Where(IsChild)
            .ToArray();
        if (children.Length > 0)
        {
            Send(signal, children);
        }
    }

    public async Task KillAsync(string signal = "KILL")
    {
        Signal("CONT");
        Signal(signal);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Signal("KILL");
            await _process.WaitForExitAsync();
        }
    }

    public void Dispose() => _process.Dispose();

    /// <summary>
    /// Sends a signal to each process. One that ended after it was looked up needs no signal, so that is not an error.
    /// </summary>
    /// <exception cref="InvalidOperationException">The signal could not be sent for another reason.</exception>
    internal static void Send(string signal, IEnumerable<string> ids)
    {
        // Uses the shell's built-in kill, because the program of that name is not installed everywhere.
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "kill -s \"$0\" \"$@\"", signal, .. ids])
        { RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C";
        using var kill = Process.Start(start)!;
        var errors = kill.StandardError.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        kill.WaitForExit();
        if (errors.FirstOrDefault(error => !error.Contains("No such process", StringComparison.Ordinal)) is { } other)
        {
            throw new InvalidOperationException($"kill -s {signal} failed: {other}");
        }
    }

    private bool IsChild(string id)
    {
        if (!char.IsAsciiDigit(id[0]))
        {
            return false;
        }

        try
        {
            // proc(5): "pid (name) state ppid ..."; the name may contain blanks and parentheses.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == Id.ToString(CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return false; // The process has ended in the meantime.
        }
    }
}
