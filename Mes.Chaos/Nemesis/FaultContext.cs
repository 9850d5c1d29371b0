using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Chaos.Nemesis;

/// <summary>What faults are done to.</summary>
internal sealed class FaultContext(
    Options options, History history, DatabaseClock clock, IReadOnlyList<Instance> instances, PostgresServer postgres,
        RedisServer first, RedisServer second, RedisCluster? cluster)
{
    public Options Options => options;

    public History History => history;

    /// <summary>What is known of the database's clock; told of every step.</summary>
    public DatabaseClock Clock => clock;

    public IReadOnlyList<Instance> Instances => instances;

    public PostgresServer Postgres => postgres;

    /// <summary>The Redis that the instances are sent to. Without a cluster only.</summary>
    public RedisServer Redis { get; private set; } = first;

    /// <summary>The other one, which runs only around a failover.</summary>
    public RedisServer Standby { get; private set; } = second;

    public RedisCluster Cluster => cluster ?? throw new InvalidOperationException("There is no cluster.");

    public HangUps HangUps { get; } = new();

    /// <summary>The instance that was chosen last; null when the fault has not chosen any.</summary>
    public Instance? Chosen { get; set; }

    /// <summary>Decides everything that is left to chance, so that a seed gives the same faults again.</summary>
    public Random Random { get; } = new(options.Seed);

    public Instance ChooseInstance() => Chosen = instances[Random.Next(instances.Count)];

    /// <summary>The Redis; of a cluster, any of its masters.</summary>
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
