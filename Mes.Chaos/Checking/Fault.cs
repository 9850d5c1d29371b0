namespace Mes.Chaos.Checking;

/// <summary>One fault, from the moment it began to break something until it had mended it.</summary>
/// <param name="Instance">Which one did not run or was cut off; 0 when it was none in particular.</param>
/// <param name="HealMilliseconds">From then on until every instance had hits again for single orders.</param>
/// <param name="ListsHealMilliseconds">The same for the board and a list.</param>
internal readonly record struct Fault(
    string Kind, Reach Reach, byte Instance, long Start, long End, double HealMilliseconds,
        double ListsHealMilliseconds = 0)
{
    public long Healed => End + Clock.Ticks(HealMilliseconds);
}
