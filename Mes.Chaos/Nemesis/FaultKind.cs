using Mes.Chaos.Checking;

namespace Mes.Chaos.Nemesis;

/// <summary>A kind of fault.</summary>
/// <param name="Reach">Which connections to Redis and PostgreSQL are intact during the fault.</param>
/// <param name="InjectAsync">Breaks something, waits, and repairs it.</param>
/// <param name="On">The topologies on which the fault is possible.</param>
/// <param name="Needs">What the run must provide for the fault.</param>
internal sealed record FaultKind(
    string Name, Reach Reach, Func<FaultContext, Task> InjectAsync, Topology On = Topology.Single, Needs Needs =
        Needs.Nothing)
{
    /// <summary>
    /// Whether the argument selects this fault: it is the fault's name, or the group with which the name begins.
    /// </summary>
    public bool IsMeantBy(string name) => Name == name || Name.StartsWith(name + "-", StringComparison.Ordinal);
}
