using System.Globalization;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Nemesis;

/// <summary>
/// Faults in which Redis answers and does not work: to a client that only looks whether it is answered, all is well.
/// Each lasts longer than it may take to notice.
/// </summary>
internal static class RefusingRedis
{
    private const int ShortestMilliseconds = 5_000;
    private const int LongestMilliseconds = 8_000;

    /// <summary>How long Redis is to take to load its data.</summary>
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

    /// <summary>The user that everybody is loses a right, on connections that are open too.</summary>
    private static async Task ForbidAsync(FaultContext c, params string[] rules)
    {
        await c.Redis.CommandAsync("ACL", ["SETUSER", "default", .. rules]);
        await LastAsync(c);
        await c.Redis.CommandAsync("ACL", "SETUSER", "default", "+@all");
    }

    /// <summary>No room for a put, and what would make room is forbidden.</summary>
    private static async Task FillAndForbidDropsAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        await ForbidAsync(c, "-del", "-unlink");
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
    }

    /// <summary>It could not save its data, and takes nothing more that it could lose.</summary>
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

    /// <summary>Somebody else's script has no end.</summary>
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
    /// As after a failover that went wrong: a replica, whose master is not there. It may still tell what it has, or
    /// not.
    /// </summary>
    private static async Task BeReplicaOfNobodyAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("CONFIG", "SET", "replica-serve-stale-data", c.Random.Next(2) == 0 ? "yes" : "no");
        await c.Redis.CommandAsync("REPLICAOF", "127.0.0.1", "1");
        await LastAsync(c);
        await c.Redis.CommandAsync("REPLICAOF", "NO", "ONE");
        await c.Redis.CommandAsync("CONFIG", "SET", "replica-serve-stale-data", "yes");
    }

    /// <summary>Restarted with so much data that it takes its time.</summary>
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
