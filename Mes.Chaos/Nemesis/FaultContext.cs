using Mes.Chaos.Cluster;

namespace Mes.Chaos.Nemesis;

/// <summary>What faults are done to.</summary>
internal sealed class FaultContext(
    IReadOnlyList<Instance> instances, PostgresServer postgres, RedisServer first, RedisServer second, Random random)
{
    public IReadOnlyList<Instance> Instances => instances;

    public PostgresServer Postgres => postgres;

    /// <summary>The Redis that the instances are sent to.</summary>
    public RedisServer Redis { get; private set; } = first;

    /// <summary>The other one, which runs only around a failover.</summary>
    public RedisServer Standby { get; private set; } = second;

    public Random Random => random;

    public Instance AnyInstance() => instances[random.Next(instances.Count)];

    public Task PauseAsync(int fromMilliseconds, int toMilliseconds) => Task.Delay(random.Next(fromMilliseconds, toMilliseconds));

    public void SwapRedis() => (Redis, Standby) = (Standby, Redis);
}
