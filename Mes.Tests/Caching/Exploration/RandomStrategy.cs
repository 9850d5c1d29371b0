namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Decides by a seed, in one of three ways, for what one of them hardly ever reaches another reaches soon: everybody has the
/// same chance; whoever ran goes on for a while; or somebody runs as long as possible before the next, except at a few random
/// moments (probabilistic concurrency testing, Burckhardt et al., 2010).
/// </summary>
internal sealed class RandomStrategy(Random random) : IStrategy
{
    private const double FaultChance = 0.15;
    private const int ExpectedSteps = 50;

    private readonly Dictionary<Actor, double> _priorities = [];
    private readonly int _way = random.Next(3);
    private readonly HashSet<int> _changes = [.. Enumerable.Range(0, 3).Select(_ => random.Next(ExpectedSteps))];
    private int _step;

    public int Choose(IReadOnlyList<Move> moves, Actor? last)
    {
        _step++;
        var steps = moves.Count(move => move.Fault is null);
        if (steps < moves.Count && random.NextDouble() < FaultChance)
        {
            // First the kind: there are more ways to be late than to be evicted.
            var kinds = moves.Skip(steps).Select(move => move.Fault).Distinct().ToArray();
            var kind = kinds[random.Next(kinds.Length)];
            var ofKind = Enumerable.Range(steps, moves.Count - steps).Where(i => moves[i].Fault == kind).ToArray();
            return ofKind[random.Next(ofKind.Length)];
        }

        return _way switch
        {
            0 => random.Next(steps),
            1 => GoOn(moves, steps, last),
            _ => First(moves, steps),
        };
    }

    private int GoOn(IReadOnlyList<Move> moves, int steps, Actor? last)
    {
        if (random.NextDouble() < 0.75)
        {
            for (var i = 0; i < steps; i++)
            {
                if (moves[i].Actor == last)
                {
                    return i;
                }
            }
        }

        return random.Next(steps);
    }

    private int First(IReadOnlyList<Move> moves, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            _priorities.TryAdd(moves[i].Actor!, random.NextDouble());
        }

        var first = Enumerable.Range(0, steps).MaxBy(i => _priorities[moves[i].Actor!]);
        if (!_changes.Contains(_step))
        {
            return first;
        }

        _priorities[moves[first].Actor!] = -_step;
        return Enumerable.Range(0, steps).MaxBy(i => _priorities[moves[i].Actor!]);
    }
}
