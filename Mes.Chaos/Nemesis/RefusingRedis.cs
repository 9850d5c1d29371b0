using System.Globalization;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Nemesis;

/// <summary>
/// Faults in which Redis answers but does not work. A client that checks only for an answer sees nothing wrong. Each
/// fault lasts longer than the instances may take to notice.
/// </summary>
internal static class RefusingRedis
{
    private const int ShortestMilliseconds = 5_000;
    private const int LongestMilliseconds = 8_000;

    /// <summary>How long Redis takes to load its data.</summary>
    private const int LoadingMilliseconds = 6_000;

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("redis-refuses-replicas", Reach.Refused, c => SetAsync(c, ("min-replicas-to-write", "1", "0"))),
        new("redis-refuses-scripts", Reach.Refused, c => ForbidAsync(c, "-@scripting")),
        new("redis-refuses-writes", Reach.Refused, c => ForbidAsync(c, "-@write")),
        new("redis-refuses-drops", Reach.Refused, FillAndForbidDropsAsync),
        new("redis-refuses-disk", Reach.Refused, FailSavingAsync),
        new("redis-refuses-busy", Reach.Refused, RunScriptAsync),
        new("redis-refuses-replica", Reach.Refused, BeReplicaOfNobodyAsync),
        new("redis-refuses-loading", Reach.Refused, LoadAsync),
    ];

    private static async Task SetAsync(FaultContext c, params (string Name, string Value, string Before)[] settings)
    {
        foreach (var (name, value, _) in settings)
        {
            await c.Redis.CommandAsync("CONFIG", "SET", name, value);
        }

        await LastAsync(c);
        foreach (var (name, _, before) in settings)
        {
            await c.Redis.CommandAsync("CONFIG", "SET", name, before);
        }
    }

    /// <summary>Takes a right from the user of all instances. It applies to open connections as well.</summary>
    private static async Task ForbidAsync(FaultContext c, params string[] rules)
    {
        await c.Redis.CommandAsync("ACL", ["SETUSER", "default", .. rules]);
        await LastAsync(c);
        await c.Redis.CommandAsync("ACL", "SETUSER", "default", "+@all");
    }

    /// <summary>Redis has no room for a put, and the commands that would free memory are forbidden.</summary>
    private static async Task FillAndForbidDropsAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        await ForbidAsync(c, "-del", "-unlink");
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
    }

    /// <summary>Redis could not save its data and accepts no writes.</summary>
    private static async Task FailSavingAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("CONFIG", "SET", "save", "3600 1000000");
        c.Redis.BlockSaving();
        await c.Redis.CommandAsync("BGSAVE");
        await LastAsync(c);
        c.Redis.UnblockSaving();
        await c.Redis.CommandAsync("BGSAVE");
        await Waiting.UntilAsync(
            async () => ((string)(await c.Redis.CommandAsync("INFO", "persistence"))!)
                .Contains("rdb_last_bgsave_status:ok", StringComparison.Ordinal), "Redis has saved its data");
        await c.Redis.CommandAsync("CONFIG", "SET", "save", "");
    }

    /// <summary>Another client's script runs without end.</summary>
    private static async Task RunScriptAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("CONFIG", "SET", "busy-reply-threshold", "100");
        await c.Redis.TypeAsync("EVAL \"while true do end\" 0");
        await LastAsync(c);
        await c.Redis.TypeAsync("SCRIPT KILL");
        await Waiting.UntilAsync(
            async () => !(await c.Redis.CommandAsync("PING")).IsNull, "the script has been killed");
    }

    /// <summary>
    /// Makes Redis the replica of a master that does not exist, as after a failed failover. It may or may not serve the
    /// data that it has.
    /// </summary>
    private static async Task BeReplicaOfNobodyAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("CONFIG", "SET", "replica-serve-stale-data", c.Random.Next(2) == 0 ? "yes" : "no");
        await c.Redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        await LastAsync(c);
        await c.Redis.CommandAsync("REPLICAOF", "NO", "ONE");
        await c.Redis.CommandAsync("CONFIG", "SET", "replica-serve-stale-data", "yes");
    }

    /// <summary>Restarts Redis with so much data that loading takes a while.</summary>
    private static async Task LoadAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("BGREWRITEAOF");
        await Waiting.UntilAsync(
            async () => ((string)(await c.Redis.CommandAsync("INFO", "persistence"))!)
                .Contains("aof_rewrite_in_progress:0", StringComparison.Ordinal), "the file has been rewritten");
        var keys = Math.Max(1, (long)await c.Redis.CommandAsync("DBSIZE"));
        await c.Redis.KillAsync();
        var delay = (LoadingMilliseconds * 1000 / keys).ToString(CultureInfo.InvariantCulture);
        await c.Redis.StartAsync(
            replicaOf: null, "--key-load-delay", delay, "--loading-process-events-interval-bytes", "1024");
        await c.Redis.CommandAsync("CONFIG", "SET", "key-load-delay", "0");
    }

    private static Task LastAsync(FaultContext c) => c.PauseAsync(ShortestMilliseconds, LongestMilliseconds);
}
