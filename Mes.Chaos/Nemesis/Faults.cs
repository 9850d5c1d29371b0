using StackExchange.Redis;

namespace Mes.Chaos.Nemesis;

/// <summary>Every kind of fault: each breaks something, waits, and mends it.</summary>
internal static class Faults
{
    public static IReadOnlyDictionary<string, Func<FaultContext, Task>> All { get; } = new Dictionary<string, Func<FaultContext, Task>>
    {
        ["kill-instance"] = KillInstanceAsync,
        ["stop-instance"] = StopInstanceAsync,
        ["redis-empty"] = c => RestartRedisAsync(c, old: false),
        ["redis-old-dump"] = c => RestartRedisAsync(c, old: true),
        ["redis-kill"] = KillRedisAsync,
        ["redis-pause"] = PauseRedisAsync,
        ["flush"] = FlushAsync,
        ["late-fill"] = LateFillAsync,
        ["evict"] = EvictAsync,
        ["out-of-memory"] = OutOfMemoryAsync,
        ["corrupt"] = CorruptAsync,
        ["failover-lagging"] = c => FailOverAsync(c, keepOldMaster: false),
        ["old-master"] = c => FailOverAsync(c, keepOldMaster: true),
        ["cut-instance"] = CutInstanceAsync,
        ["delay"] = DelayAsync,
        ["postgres-restart"] = c => c.Postgres.RestartAsync(),
        ["postgres-pause"] = PausePostgresAsync,
        ["scripts-flushed"] = c => c.Redis.CommandAsync("SCRIPT", "FLUSH"),
    };

    private static async Task KillInstanceAsync(FaultContext c)
    {
        var instance = c.AnyInstance();
        await instance.KillAsync();
        await c.PauseAsync(0, 500);
        instance.Start();
        await instance.WaitUntilReadyAsync();
    }

    private static async Task StopInstanceAsync(FaultContext c)
    {
        var instance = c.AnyInstance();
        instance.Signal("STOP");
        await c.PauseAsync(300, 4000);
        instance.Signal("CONT");
    }

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

    private static async Task PauseRedisAsync(FaultContext c)
    {
        c.Redis.Signal("STOP");
        await c.PauseAsync(100, 3000);
        c.Redis.Signal("CONT");
    }

    /// <summary>Again and again: what was looked up before the one must not be filled in after the next.</summary>
    private static async Task FlushAsync(FaultContext c)
    {
        for (var i = c.Random.Next(1, 100); i > 0; i--)
        {
            await c.Redis.CommandAsync("FLUSHALL");
        }
    }

    /// <summary>One instance's puts arrive late, though in time to count, while everything is flushed again and again.</summary>
    private static async Task LateFillAsync(FaultContext c)
    {
        var instance = c.AnyInstance();
        instance.Proxy.Delay = c.Random.Next(8, 22);
        for (var i = 0; i < 5; i++)
        {
            await FlushAsync(c);
        }

        instance.Proxy.Delay = 0;
    }

    private static async Task EvictAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        await c.PauseAsync(300, 1500);
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory-policy", "noeviction");
    }

    private static async Task OutOfMemoryAsync(FaultContext c)
    {
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "1mb");
        await c.PauseAsync(300, 1500);
        await c.Redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
    }

    private static async Task CorruptAsync(FaultContext c)
    {
        for (var i = 0; i < 20; i++)
        {
            if ((string?)await c.Redis.CommandAsync("RANDOMKEY") is { } key)
            {
                await CorruptAsync(c, key);
            }
        }
    }

    private static async Task CorruptAsync(FaultContext c, string key)
    {
        try
        {
            switch (c.Random.Next(4))
            {
                case 0:
                    await c.Redis.CommandAsync("SETRANGE", key, 0, "XXX");
                    break;
                case 1:
                    await c.Redis.CommandAsync("APPEND", key, "}");
                    break;
                case 2:
                    await c.Redis.CommandAsync("SET", key, "MES 99 1 2 a b 3\n{}");
                    break;
                default:
                    await c.Redis.CommandAsync("DEL", key);
                    await c.Redis.CommandAsync("HSET", key, "field", "value");
                    break;
            }
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("WRONGTYPE", StringComparison.Ordinal))
        {
            // Corrupted already, by this or by a tagged answer, which is a hash.
        }
    }

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
        var left = keepOldMaster ? c.AnyInstance() : null;
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
        var instance = c.AnyInstance();
        instance.Proxy.Cut();
        await c.PauseAsync(300, 3000);
        instance.Proxy.Heal();
    }

    private static async Task DelayAsync(FaultContext c)
    {
        var instance = c.AnyInstance();
        instance.Proxy.Delay = c.Random.Next(20, 200);
        await c.PauseAsync(300, 2500);
        instance.Proxy.Delay = 0;
    }

    private static async Task PausePostgresAsync(FaultContext c)
    {
        c.Postgres.Signal("STOP");
        await c.PauseAsync(300, 2500);
        c.Postgres.Signal("CONT");
    }
}
