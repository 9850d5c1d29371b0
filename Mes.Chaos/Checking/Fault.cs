namespace Mes.Chaos.Checking;

/// <summary>One fault, from the moment when it began to break something until it had repaired it.</summary>
/// <param name="Instance">The instance that was stopped or cut off; 0 for none in particular.</param>
/// <param name="HealMilliseconds">
/// The time from the repair until every instance had hits again for single orders.
/// </param>
/// <param name="ListsHealMilliseconds">The same for the board and a list.</param>
internal readonly record struct Fault(
    string Kind, Reach Reach, byte Instance, long Start, long End, double HealMilliseconds,
        double ListsHealMilliseconds = 0)
{
    public long Healed => End + Clock.Ticks(HealMilliseconds);
}
