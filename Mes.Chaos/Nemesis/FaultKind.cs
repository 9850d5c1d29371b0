using Mes.Chaos.Checking;

namespace Mes.Chaos.Nemesis;

/// <summary>One way to break something.</summary>
/// <param name="Reach">What is left of the ways to Redis and PostgreSQL while it lasts.</param>
/// <param name="InjectAsync">Breaks, waits, and mends.</param>
/// <param name="On">Where there is what it breaks.</param>
/// <param name="Needs">What the run must have been given for it.</param>
internal sealed record FaultKind(
    string Name, Reach Reach, Func<FaultContext, Task> InjectAsync, Topology On = Topology.Single, Needs Needs =
        Needs.Nothing)
{
    /// <summary>
    /// Whether this is what somebody means who says so: its name, or the name of the group that it begins with.
    /// </summary>
    public bool IsMeantBy(string name) => Name == name || Name.StartsWith(name + "-", StringComparison.Ordinal);
}
