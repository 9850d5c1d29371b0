namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Decides by a seed, in one of three ways, because one way soon finds what another hardly ever finds. Every actor has
/// a chance, some a small one. Or the actor that ran last continues for a while. Or one actor runs as long as possible
/// before the next, except at a few random moments (probabilistic concurrency testing, Burckhardt et al., 2010).
/// </summary>
internal sealed class RandomStrategy(Random random) : IStrategy
{
    private const int ExpectedSteps = 30;

    private static readonly double[] FaultChances = [0.05, 0.15, 0.4];
    private static readonly double[] Weights = [0.1, 0.4, 1];

    private readonly Dictionary<Actor, double> _priorities = [];
    private readonly Dictionary<Actor, double> _weights = [];
    private readonly double _faultChance = FaultChances[random.Next(FaultChances.Length)];
    private readonly int _way = random.Next(3);
    private readonly HashSet<int> _changes = [.. Enumerable.Range(0, 3).Select(_ => random.Next(ExpectedSteps))];
    private int _step;

    public int Choose(IReadOnlyList<Move> moves, Actor? last)
    {
        _step++;
        var steps = moves.Count(move => move.Fault is null);
        if (steps < moves.Count && random.NextDouble() < _faultChance)
        {
            // Choose the kind of fault first: there are more moves that are late than moves that evict.
            var kinds = moves.Skip(steps).Select(move => move.Fault).Distinct().ToArray();
            var kind = kinds[random.Next(kinds.Length)];
            var ofKind = Enumerable.Range(steps, moves.Count - steps).Where(i => moves[i].Fault == kind).ToArray();
            return ofKind[random.Next(ofKind.Length)];
        }

        return _way switch
        {
            0 => Weighted(moves, steps),
            1 => GoOn(moves, steps, last),
            _ => First(moves, steps),
        };
    }

    private int Weighted(IReadOnlyList<Move> moves, int steps)
    {
        var weights = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            if (!_weights.TryGetValue(moves[i].Actor!, out weights[i]))
            {
                _weights.Add(moves[i].Actor!, weights[i] = Weights[random.Next(Weights.Length)]);
            }
        }

        var at = random.NextDouble() * weights.Sum();
        var chosen = 0;
        while (chosen < steps - 1 && (at -= weights[chosen]) > 0)
        {
            chosen++;
        }

        return chosen;
    }

    private int GoOn(IReadOnlyList<Move> moves, int steps, Actor? last) =>
        random.NextDouble() < 0.75 && AnyOf(last, moves, steps) is { } own ? own : random.Next(steps);

    private int First(IReadOnlyList<Move> moves, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            _priorities.TryAdd(moves[i].Actor!, random.NextDouble());
        }

        if (_changes.Contains(_step))
        {
            _priorities[Favourite()] = -_step;
        }

        return AnyOf(Favourite(), moves, steps)!.Value;

        Actor Favourite() => moves.Take(steps).MaxBy(move => _priorities[move.Actor!]).Actor!;
    }

    /// <summary>
    /// A random move of this actor. It may wait at several calls: a writer's begin is under way while the new order is
    /// being made.
    /// </summary>
    private int? AnyOf(Actor? actor, IReadOnlyList<Move> moves, int steps)
    {
        var own = Enumerable.Range(0, steps).Where(i => moves[i].Actor == actor).ToArray();
        return own.Length == 0 ? null : own[random.Next(own.Length)];
    }
}
