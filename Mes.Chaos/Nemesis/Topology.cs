namespace Mes.Chaos.Nemesis;

/// <summary>The Redis that the instances use as their cache.</summary>
[Flags]
internal enum Topology
{
    /// <summary>One Redis, behind a proxy for each instance.</summary>
    Single = 1,

    /// <summary>A Redis Cluster.</summary>
    Cluster = 2,

    Either = Single | Cluster,
}
