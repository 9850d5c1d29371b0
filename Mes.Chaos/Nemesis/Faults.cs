using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Chaos.Nemesis;

/// <summary>Every kind of fault. Each breaks something, waits, and repairs it.</summary>
internal static class Faults
{
    /// <summary>Milliseconds that an instance waits for Redis: its read timeout.</summary>
    private const int Budget = 50;

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        // A killed or stopped instance reads nothing, and the running ones reach everything.
        new("kill-instance", Reach.Everyone, KillInstanceAsync, Topology.Either),
        new("stop-instance", Reach.Everyone, StopInstanceAsync, Topology.Either),
        new("hang-up", Reach.Everyone, HangUpAsync, Topology.Either),
        new("flush", Reach.Everyone, FlushAsync, Topology.Either),
        new("evict", Reach.Everyone, EvictAsync, Topology.Either),
        new("out-of-memory", Reach.Everyone, OutOfMemoryAsync, Topology.Either),
        new("corrupt", Reach.Everyone, Spoiling.CorruptAsync, Topology.Either),
        new("spoiled-versions", Reach.Everyone, Spoiling.SpoilVersionsAsync),
        new("spoiled-notes", Reach.Everyone, Spoiling.SpoilNotesAsync),
        new("spoiled-log", Reach.Everyone, Spoiling.SpoilLogsAsync, Topology.Either),
        new("log-back", Reach.Everyone, Spoiling.SetLogsBackAsync),
        new("scripts-flushed", Reach.Everyone, async c => await (await c.ChooseRedisAsync())
            .CommandAsync("SCRIPT", "FLUSH"), Topology.Either),
        new("other-version", Reach.Everyone, RunOtherVersionAsync, Topology.Either, Needs.OtherVersion),

        new("kill-mid-put", Reach.NotOne, KillBetweenCommitAndPutAsync),
        new("cut-instance", Reach.NotOne, CutInstanceAsync),
        new("delay", Reach.NotOne, DelayAsync),
        new("late-fill", Reach.NotOne, LateFillAsync),

        new("redis-empty", Reach.NoRedis, RestartRedisEmptyAsync),
        new("redis-old-dump", Reach.NoRedis, c => RestartRedisAsync(c, old: true)),
        new("redis-kill", Reach.NoRedis, KillRedisAsync),
        new("redis-pause", Reach.NoRedis, PauseRedisAsync),
        new("redis-rejoin", Reach.NoRedis, RejoinAsync),
        new("failover-lagging", Reach.NoRedis, c => FailOverAsync(c, keepOldMaster: false)),
        new("old-master", Reach.NoRedis, KeepOldMasterAsync),

        .. RefusingRedis.All,
        .. ClusterFaults.All,

        new("postgres-restart", Reach.NoDatabase, c => c.Postgres.RestartAsync(), Topology.Either),
        new("postgres-pause", Reach.NoDatabase, PausePostgresAsync, Topology.Either),

        .. DatabaseFaults.All,
    ];

    private static async Task KillInstanceAsync(FaultContext c)
    {
        var instance = c.ChooseInstance();
        await instance.KillAsync();
        await c.PauseAsync(0, 500);
        instance.Start();
        await instance.WaitUntilReadyAsync();
    }

    /// <summary>
    /// Kills an instance shortly after its data to Redis begins to get lost, before it can notice. Some of its changes
    /// are then committed but not put, and only the database knows of them.
    /// </summary>
    public static async Task KillBetweenCommitAndPutAsync(FaultContext c)
    {
        var instance = c.ChooseInstance();
        instance.Proxy.Swallow();
        await c.PauseAsync(Budget, 2 * Budget);
        instance.Proxy.Cut();
        await instance.KillAsync();
        instance.Proxy.Heal();
        await c.PauseAsync(0, 500);
        instance.Start();
        await instance.WaitUntilReadyAsync();
    }

    private static async Task HangUpAsync(FaultContext c)
    {
        c.HangUps.Percent = 60;
        await c.PauseAsync(500, 1500);
        c.HangUps.Percent = HangUps.Seldom;
    }

    /// <summary>Runs two versions of the service side by side, as during an update, and goes back.</summary>
    private static async Task RunOtherVersionAsync(FaultContext c)
    {
        var instance = c.ChooseInstance();
        await instance.KillAsync("TERM");
        instance.Start(c.Options.OtherService);
        await instance.WaitUntilReadyAsync();
        await c.PauseAsync(1000, 2500);
        await instance.KillAsync("TERM");
        instance.Start();
        await instance.WaitUntilReadyAsync();
    }

    private static async Task StopInstanceAsync(FaultContext c)
    {
        var instance = c.ChooseInstance();
        instance.Signal("STOP");
        await c.PauseAsync(300, 4000);
        instance.Signal("CONT");
    }

    public static Task RestartRedisEmptyAsync(FaultContext c) => RestartRedisAsync(c, old: false);

    private static async Task RestartRedisAsync(FaultContext c, bool old)
    {
        var copy = old ? c.Redis.SaveData() : null;
        if (old)
        {
            await c.PauseAsync(500, 2000);
        }

        await c.Redis.KillAsync();
        c.Redis.ReplaceData(copy);
        await c.PauseAsync(0, 1500);
        await c.Redis.StartAsync();
    }

    private static async Task KillRedisAsync(FaultContext c)
    {
        await c.Redis.KillAsync();
        await c.PauseAsync(0, 3000);
        await c.Redis.StartAsync();
    }

    public static async Task PauseRedisAsync(FaultContext c)
    {
        c.Redis.Signal("STOP");
        await c.PauseAsync(100, 3000);
        c.Redis.Signal("CONT");
    }

    /// <summary>
    /// Flushes Redis repeatedly. A reader must not fill in after one flush what it read before the flush.
    /// </summary>
    private static async Task FlushAsync(FaultContext c)
    {
        for (var i = c.Random.Next(1, 30); i > 0; i--)
        {
            await (await c.ChooseRedisAsync()).CommandAsync("FLUSHALL");
        }
    }

    /// <summary>
    /// Delays what one instance sends to Redis, but not beyond its timeout, and flushes Redis repeatedly. Meanwhile
    /// other instances change the orders that this one has read and is about to fill in, and their entries are gone.
    /// </summary>
    private static async Task LateFillAsync(FaultContext c)
    {
        var instance = c.ChooseInstance();
        instance.Proxy.Delay(requests: c.Random.Next(20, Budget - 15), answers: 0);
        for (var i = 0; i < 60; i++)
        {
            await c.Redis.CommandAsync("FLUSHALL");
            await c.PauseAsync(5, 40);
        }

        instance.Proxy.Delay(0, 0);
    }

    private static async Task EvictAsync(FaultContext c)
    {
        var redis = await c.ChooseRedisAsync();
        await redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        await c.PauseAsync(300, 1500);
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
    }

    private static async Task OutOfMemoryAsync(FaultContext c)
    {
        var redis = await c.ChooseRedisAsync();
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        await c.PauseAsync(300, 1500);
        await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
    }

    /// <summary>
    /// Replaces a master, which resumes as a replica, copies what the new master had when it was cut off, and becomes
    /// master again. Its process and every connection to it stay the same.
    /// </summary>
    private static async Task RejoinAsync(FaultContext c)
    {
        c.Standby.DeleteData();
        await c.Standby.StartAsync(replicaOf: c.Redis.Port);
        await Waiting.UntilAsync(c.Standby.IsInStepAsync, "the replica has everything");
        await c.PauseAsync(200, 800);
        await c.Standby.CommandAsync("REPLICAOF", "NO", "ONE");
        await c.PauseAsync(300, 2000);
        await c.Redis.CommandAsync("REPLICAOF", "127.0.0.1", c.Standby.Port);
        await Waiting.UntilAsync(c.Redis.IsInStepAsync, "the old master has everything that the new one has");
        await c.Redis.CommandAsync("REPLICAOF", "NO", "ONE");
        await c.Standby.KillAsync();
    }

    public static Task KeepOldMasterAsync(FaultContext c) => FailOverAsync(c, keepOldMaster: true);

    /// <summary>Cuts a replica off from changes for a while and then promotes it.</summary>
    private static async Task FailOverAsync(FaultContext c, bool keepOldMaster)
    {
        c.Standby.DeleteData();
        await c.Standby.StartAsync(replicaOf: c.Redis.Port);
        await c.PauseAsync(1000, 1500);
        c.Standby.Signal("STOP");
        await c.PauseAsync(300, 1000);
        if (!keepOldMaster)
        {
            await c.Redis.KillAsync();
        }

        c.Standby.Signal("CONT");
        await c.Standby.CommandAsync("REPLICAOF", "NO", "ONE");
        var left = keepOldMaster ? c.ChooseInstance() : null;
        foreach (var instance in c.Instances.Where(instance => instance != left))
        {
            instance.Proxy.Redirect(c.Standby.Port);
        }

        if (left is not null)
        {
            await c.PauseAsync(1000, 3000);
            left.Proxy.Redirect(c.Standby.Port);
            await c.Redis.KillAsync();
        }

        c.SwapRedis();
    }

    private static async Task CutInstanceAsync(FaultContext c)
    {
        var instance = c.ChooseInstance();
        instance.Proxy.Cut();
        await c.PauseAsync(300, 3000);
        instance.Proxy.Heal();
    }

    private static async Task DelayAsync(FaultContext c)
    {
        var instance = c.ChooseInstance();
        var delay = c.Random.Next(20, 200);
        instance.Proxy.Delay(delay, delay);
        await c.PauseAsync(300, 2500);
        instance.Proxy.Delay(0, 0);
    }

    private static async Task PausePostgresAsync(FaultContext c)
    {
        c.Postgres.Signal("STOP");
        await c.PauseAsync(300, 2500);
        c.Postgres.Signal("CONT");
    }
}
