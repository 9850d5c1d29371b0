using System.Globalization;
using Mes.Chaos.Checking;
using Mes.Chaos.Cluster;

namespace Mes.Chaos.Nemesis;

/// <summary>Faults of a Redis Cluster. Each ends when all nodes run and know each other again.</summary>
internal static class ClusterFaults
{
    /// <summary>The number of cells into which the instances divide the orders.</summary>
    public const int Cells = 12;

    public static IReadOnlyList<FaultKind> All { get; } =
    [
        new("master-kill", Reach.NoRedis, KillMasterAsync, Topology.Cluster),
        new("master-pause", Reach.NoRedis, PauseMasterAsync, Topology.Cluster),
        new("master-rejoin", Reach.NoRedis, RejoinAsync, Topology.Cluster),
        new("move-slots", Reach.NoRedis, MoveSlotsAsync, Topology.Cluster),
    ];

    /// <summary>Kills a master. Either its replica takes over, or the master is back before that.</summary>
    private static async Task KillMasterAsync(FaultContext c)
    {
        var master = await c.ChooseRedisAsync();
        await master.KillAsync();
        await c.PauseAsync(0, 4000);
        await master.StartAsync();
        await c.Cluster.WaitUntilWholeAsync();
    }

    /// <summary>Pauses a master. When it resumes, a replica may have replaced it without its knowledge.</summary>
    private static async Task PauseMasterAsync(FaultContext c)
    {
        var master = await c.ChooseRedisAsync();
        master.Signal("STOP");
        await c.PauseAsync(300, 5000);
        master.Signal("CONT");
        await c.Cluster.WaitUntilWholeAsync();
    }

    /// <summary>
    /// A replica that has missed changes for a while replaces its master. The old master copies the replica's data and
    /// becomes master again: the same process with older data.
    /// </summary>
    private static async Task RejoinAsync(FaultContext c)
    {
        var master = await c.ChooseRedisAsync();
        var replica = await c.Cluster.ReplicaOfAsync(master);
        await master.CommandAsync("ACL", "SETUSER", "default", "-psync", "-sync");
        await master.CommandAsync("CLIENT", "KILL", "TYPE", "replica");
        await c.PauseAsync(500, 2000);
        await c.Cluster.TakeOverAsync(replica);
        await Waiting.UntilAsync(
            async () => await master.IsReplicaAsync() && await master.IsInStepAsync(), "the old master is a replica");
        await master.CommandAsync("ACL", "SETUSER", "default", "+@all");
        await c.PauseAsync(0, 500);
        await c.Cluster.FailOverAsync(master);
        await c.Cluster.WaitUntilWholeAsync();
    }

    /// <summary>Moves some cells to other masters, most of which already have cells.</summary>
    private static async Task MoveSlotsAsync(FaultContext c)
    {
        for (var left = c.Random.Next(1, 4); left > 0; left--)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"mes:{{{c.Random.Next(Cells)}}}:");
            var from = await c.Cluster.MasterOfAsync(key);
            var others = (await c.Cluster.MastersAsync()).Where(master => master != from).ToArray();
            await c.Cluster.MoveSlotAsync(key, from, others[c.Random.Next(others.Length)]);
            await c.PauseAsync(0, 500);
        }

        await c.Cluster.WaitUntilWholeAsync();
    }
}
