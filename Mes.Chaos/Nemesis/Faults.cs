using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Chaos.Nemesis;

/// <summary>Every kind of fault: each breaks something, waits, and mends it.</summary>
internal static class Faults
{
    /// <summary>Milliseconds that an instance waits for Redis.</summary>
    private const int Budget = 50;

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        // A process that is killed or stopped does not read anything, and those that run reach everything.
        new("kill-instance", Reach.Everyone, KillInstanceAsync, Topology.Either),
        new("stop-instance", Reach.Everyone, StopInstanceAsync, Topology.Either),
        new("hang-up", Reach.Everyone, HangUpAsync, Topology.Either),
        new("flush", Reach.Everyone, FlushAsync, Topology.Either),
        new("evict", Reach.Everyone, EvictAsync, Topology.Either),
        new("out-of-memory", Reach.Everyone, OutOfMemoryAsync, Topology.Either),
        new("corrupt", Reach.Everyone, Spoiling.CorruptAsync, Topology.Either),
        new("spoiled-versions", Reach.Everyone, Spoiling.SpoilVersionsAsync),
        new("spoiled-notes", Reach.Everyone, Spoiling.SpoilNotesAsync),
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
    /// Its machine dies, and with it what is under way to Redis: for less than the time in which it would notice, its
    /// puts have got lost. So some of its changes are committed and not put, and nobody knows of them but the database.
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

    /// <summary>Two versions of the service side by side, as during an update, and back again.</summary>
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

    /// <summary>Again and again: what was looked up before the one must not be filled in after the next.</summary>
    private static async Task FlushAsync(FaultContext c)
    {
        for (var i = c.Random.Next(1, 30); i > 0; i--)
        {
            await (await c.ChooseRedisAsync()).CommandAsync("FLUSHALL");
        }
    }

    /// <summary>
    /// What one instance sends to Redis arrives late, though in time to count, while everything is flushed again and
    /// again: what it has read from the database, and is about to fill in, others change meanwhile, and their entries
    /// are gone.
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
    /// A master is replaced, goes on, and comes back: it takes over what its replica had when that was cut off, and is
    /// master again. Its process, and every connection to it, is the same all the time.
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

    /// <summary>The replica stops hearing of changes for a while, and is promoted then.</summary>
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
