using System.Diagnostics;
using System.Globalization;

namespace Mes.Benchmarks.Peers;

/// <summary>
/// The load generator wrk, for pure throughput: it uses little of the machine that it shares with what it measures.
/// </summary>
internal static class Wrk
{
    private const string Script = """
        local started = 0
        function setup(thread)
          thread:set("offset", started * 7919)
          started = started + 1
        end

        local requests, at = {}, 0
        function init()
          local keys = {}
          for key in string.gmatch("@keys", "%S+") do keys[#keys + 1] = "Bearer " .. key end
          local function add(path)
            wrk.headers["Authorization"] = keys[#requests % #keys + 1]
            requests[#requests + 1] = wrk.format("GET", path)
          end
          if "@paths" == "" then
            for _ = 1, #keys do add(wrk.path) end
          else
            for path in io.lines("@paths") do add(path) end
          end
          at = offset % #requests
        end

        function request()
          at = at % #requests + 1
          return requests[at]
        end

        function done(summary, latency)
          local errors = summary.errors
          io.write(string.format("RESULT %d %d %d %d %d %d %d\n", summary.requests, summary.duration,
            errors.connect + errors.read + errors.write + errors.timeout + errors.status,
            latency:percentile(50), latency:percentile(99), latency:percentile(99.9), latency.max))
        end
        """;

    /// <param name="keys">The callers take turns.</param>
    /// <param name="path">Below /api/v1; or a file of such paths, one a line, to be asked for in turn.</param>
    public static async Task<Outcome> RunAsync(
        string work,
        Uri address,
        IReadOnlyList<string> keys,
        string path,
        int connections,
        TimeSpan duration,
        bool isFile = false)
    {
        var script = Path.Combine(work, "wrk.lua");
        await File.WriteAllTextAsync(script, Script.Replace("@keys", string.Join(' ', keys), StringComparison.Ordinal)
            .Replace("@paths", isFile ? path : "", StringComparison.Ordinal));
        var seconds = Math.Max(1, (int)duration.TotalSeconds);
        using var process = Process.Start(new ProcessStartInfo("wrk",
            [
                "-t", connections == 1 ? "1" : "2", "-c", $"{connections}", "-d", $"{seconds}s", "--timeout", "15s",
                "-s", script, new Uri(address, $"/api/v1/{(isFile ? "" : path)}").ToString(),
            ])
        { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return Parse(output);
    }

    internal static Outcome Parse(string output)
    {
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("RESULT ", StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"wrk gave no result: {output}");
        var numbers = line.Split(' ')[1..].Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        var (requests, microseconds, failed) = ((long)numbers[0], numbers[1], (long)numbers[2]);
        return new Outcome(
            requests, (requests - failed) / (microseconds / 1_000_000), numbers[3] / 1000, numbers[4] / 1000,
            numbers[5] / 1000, numbers[6] / 1000, failed);
    }
}
