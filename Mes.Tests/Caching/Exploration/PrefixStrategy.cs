namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Takes the given decisions, and after them always the first move that is possible. It remembers the alternatives,
/// from which all schedules are reached, each once.
/// </summary>
/// <param name="preemptions">How often an actor that could continue may have to wait for another one.</param>
internal sealed class PrefixStrategy(IReadOnlyList<int> prefix, int preemptions) : IStrategy
{
    private readonly List<(int Taken, int Count)> _decisions = [];
    private int _left = preemptions;

    /// <summary>The prefixes of the schedules that are still to be explored, now that this one has run.</summary>
    public IEnumerable<int[]> Others
    {
        get
        {
            for (var i = prefix.Count; i < _decisions.Count; i++)
            {
                for (var other = 1; other < _decisions[i].Count; other++)
                {
                    yield return [.. _decisions.Take(i).Select(decision => decision.Taken), other];
                }
            }
        }
    }

    public int Choose(IReadOnlyList<Move> moves, Actor? last)
    {
        var all = Enumerable.Range(0, moves.Count).ToArray();
        var own = all.Where(i => moves[i].Fault is null && moves[i].Actor == last).ToArray();
        var faults = all.Where(i => moves[i].Fault is not null).ToArray();
        var others = own.Length > 0 && _left == 0 ? [] : all.Except(own).Except(faults).ToArray();
        int[] offered = [.. own, .. others, .. faults];

        var taken = _decisions.Count < prefix.Count ? prefix[_decisions.Count] : 0;
        _decisions.Add((taken, offered.Length));
        if (own.Length > 0 && others.Contains(offered[taken]))
        {
            _left--;
        }

        return offered[taken];
    }
}
