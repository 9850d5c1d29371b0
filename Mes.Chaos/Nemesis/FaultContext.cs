using Mes.Chaos.Cluster;
using Mes.Chaos.Workload;

namespace Mes.Chaos.Nemesis;

/// <summary>What faults are done to.</summary>
internal sealed class FaultContext(
    IReadOnlyList<Instance> instances, PostgresServer postgres, RedisServer first, RedisServer second, HangUps hangUps, string? otherService, Random random)
{
    public IReadOnlyList<Instance> Instances => instances;

    public PostgresServer Postgres => postgres;

    /// <summary>The Redis that the instances are sent to.</summary>
    public RedisServer Redis { get; private set; } = first;

    /// <summary>The other one, which runs only around a failover.</summary>
    public RedisServer Standby { get; private set; } = second;

    public HangUps HangUps => hangUps;

    /// <summary>The service's assembly in another version, if there is one.</summary>
    public string? OtherService => otherService;

    /// <summary>The instance that was chosen last; null when the fault has not chosen any.</summary>
    public Instance? Chosen { get; set; }

    public Random Random => random;

    public Instance ChooseInstance() => Chosen = instances[random.Next(instances.Count)];

    public Task PauseAsync(int fromMilliseconds, int toMilliseconds) => Task.Delay(random.Next(fromMilliseconds, toMilliseconds));

    public void SwapRedis() => (Redis, Standby) = (Standby, Redis);
}
