using System.Globalization;
using Mes.Chaos.Cluster;

namespace Mes.Benchmarks;

/// <summary>
/// What Redis itself says how long scripts took (<c>INFO commandstats</c>), and how much memory it uses.
/// </summary>
internal static class RedisTimes
{
    public static Task ResetAsync(RedisServer redis) => redis.CommandAsync("CONFIG", "RESETSTAT");

    /// <returns>How many scripts have run since the reset, and microseconds for each.</returns>
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
