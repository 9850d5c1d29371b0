using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Chaos.Nemesis;

/// <summary>The targets of faults.</summary>
internal sealed class FaultContext(
    Options options, History history, DatabaseClock clock, IReadOnlyList<Instance> instances, PostgresServer postgres,
        RedisServer first, RedisServer second, RedisCluster? cluster)
{
    public Options Options => options;

    public History History => history;

    /// <summary>The record of the database's clock. Faults report every step of the clock to it.</summary>
    public DatabaseClock Clock => clock;

    public IReadOnlyList<Instance> Instances => instances;

    public PostgresServer Postgres => postgres;

    /// <summary>The Redis that the instances use; not available on a cluster.</summary>
    public RedisServer Redis { get; private set; } = first;

    /// <summary>The other Redis, which runs only during a failover.</summary>
    public RedisServer Standby { get; private set; } = second;

    public RedisCluster Cluster => cluster ?? throw new InvalidOperationException("There is no cluster.");

    public HangUps HangUps { get; } = new();

    /// <summary>The instance that the fault chose last; null if it has chosen none.</summary>
    public Instance? Chosen { get; set; }

    /// <summary>The source of all chance, so that a seed repeats the same faults.</summary>
    public Random Random { get; } = new(options.Seed);

    public Instance ChooseInstance() => Chosen = instances[Random.Next(instances.Count)];

    /// <summary>The Redis, or any master of a cluster.</summary>
    public async Task<RedisServer> ChooseRedisAsync()
    {
        if (cluster is null)
        {
            return Redis;
        }

        var masters = await cluster.MastersAsync();
        return masters[Random.Next(masters.Count)];
    }

    public Task PauseAsync(int fromMilliseconds, int toMilliseconds) =>
        Task.Delay(Random.Next(fromMilliseconds, toMilliseconds));

    public void SwapRedis() => (Redis, Standby) = (Standby, Redis);
}
