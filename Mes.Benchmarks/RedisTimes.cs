using System.Globalization;
using Mes.Chaos.Cluster;

namespace Mes.Benchmarks;

/// <summary>
/// The run times of scripts as Redis itself reports them (<c>INFO commandstats</c>), and its memory use.
/// </summary>
internal static class RedisTimes
{
    public static Task ResetAsync(RedisServer redis) => redis.CommandAsync("CONFIG", "RESETSTAT");

    /// <returns>The number of script calls since the reset, and the microseconds per call.</returns>
    public static async Task<(long Calls, double Microseconds)> ScriptsAsync(RedisServer redis)
    {
        var line = await InfoAsync(redis, "commandstats", "cmdstat_evalsha");
        var fields = line.Split(',').Select(field => field.Split('='))
            .ToDictionary(field => field[0], field => field[1]);
        return (long.Parse(fields["calls"], CultureInfo.InvariantCulture),
            double.Parse(fields["usec_per_call"], CultureInfo.InvariantCulture));
    }

    public static async Task<long> MemoryAsync(RedisServer redis) =>
        long.Parse(await InfoAsync(redis, "memory", "used_memory_dataset"), CultureInfo.InvariantCulture);

    private static async Task<string> InfoAsync(RedisServer redis, string section, string name) =>
        ((string)(await redis.CommandAsync("INFO", section))!).Split("\r\n")
            .Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..];
}
