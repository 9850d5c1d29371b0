using Mes.Chaos.Checking;

namespace Mes.Chaos.Nemesis;

/// <summary>One way to break something.</summary>
/// <param name="Reach">What is left of the ways to Redis and PostgreSQL while it lasts.</param>
/// <param name="InjectAsync">Breaks, waits, and mends.</param>
internal sealed record FaultKind(string Name, Reach Reach, Func<FaultContext, Task> InjectAsync);
