namespace Mes.Benchmarks.Peers;

/// <summary>One contender in one round of one part.</summary>
/// <param name="Costs">For each thousand requests.</param>
internal sealed record Round(Outcome Outcome, Costs Costs);
