using System.Text.RegularExpressions;
using Mes.Chaos.Checking;
using Mes.Chaos.Workload;
using StackExchange.Redis;

namespace Mes.Chaos.Nemesis;

/// <summary>Every kind of fault: each breaks something, waits, and mends it.</summary>
internal static class Faults
{
    /// <summary>Milliseconds that an instance waits for Redis.</summary>
    private const int Budget = 50;

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        // A process that is killed or stopped does not read anything, and those that run reach everything.
        new("kill-instance", Reach.Everyone, KillInstanceAsync),
        new("stop-instance", Reach.Everyone, StopInstanceAsync),
        new("hang-up", Reach.Everyone, HangUpAsync),
        new("flush", Reach.Everyone, FlushAsync),
        new("evict", Reach.Everyone, EvictAsync),
        new("out-of-memory", Reach.Everyone, OutOfMemoryAsync),
        new("corrupt", Reach.Everyone, CorruptAsync),
        new("scripts-flushed", Reach.Everyone, c => c.Redis.CommandAsync("SCRIPT", "FLUSH")),
        new("other-version", Reach.Everyone, RunOtherVersionAsync),

        new("kill-mid-put", Reach.NotOne, KillBetweenCommitAndPutAsync),
        new("cut-instance", Reach.NotOne, CutInstanceAsync),
        new("delay", Reach.NotOne, DelayAsync),
        new("late-fill", Reach.NotOne, LateFillAsync),

        new("redis-empty", Reach.NoRedis, c => RestartRedisAsync(c, old: false)),
        new("redis-old-dump", Reach.NoRedis, c => RestartRedisAsync(c, old: true)),
        new("redis-kill", Reach.NoRedis, KillRedisAsync),
        new("redis-pause", Reach.NoRedis, PauseRedisAsync),
        new("failover-lagging", Reach.NoRedis, c => FailOverAsync(c, keepOldMaster: false)),
        new("old-master", Reach.NoRedis, c => FailOverAsync(c, keepOldMaster: true)),

        new("postgres-restart", Reach.NoDatabase, c => c.Postgres.RestartAsync()),
        new("postgres-pause", Reach.NoDatabase, PausePostgresAsync),
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
    /// Its machine dies, and with it what is under way to Redis: for less than the time in which it would notice, its puts have
    /// got lost. So some of its changes are committed and not put, and nobody knows of them but the database.
    /// </summary>
    private static async Task KillBetweenCommitAndPutAsync(FaultContext c)
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
        instance.Start(c.OtherService);
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
        for (var i = c.Random.Next(1, 30); i > 0; i--)
        {
            await c.Redis.CommandAsync("FLUSHALL");
        }
    }

    /// <summary>
    /// What one instance sends to Redis arrives late, though in time to count, while everything is flushed again and again:
    /// what it has read from the database, and is about to fill in, others change meanwhile, and their entries are gone.
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
            switch (c.Random.Next(6))
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
                case 3:
                    await SpoilVersionAsync(c, key);
                    break;
                case 4:
                    await c.Redis.CommandAsync("SETRANGE", key, c.Random.Next(100, 500), "X"); // Somewhere in the payload.
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

    /// <summary>A first line that is whole, but tells a version that the order has not reached: true puts take themselves for old ones.</summary>
    private static async Task SpoilVersionAsync(FaultContext c, string key)
    {
        if ((string?)await c.Redis.CommandAsync("GET", key) is { } entry)
        {
            await c.Redis.CommandAsync("SET", key, Regex.Replace(entry, @"^(MES \d+) (\d+) ", "$1 1$2 "));
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
