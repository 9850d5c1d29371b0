namespace Mes.Benchmarks.Peers.Parts;

/// <summary>One kind of work that all contenders do in turn.</summary>
/// <param name="Name">For options and files.</param>
/// <param name="Title">The heading of its table.</param>
/// <param name="Says">What is done and how, below the heading.</param>
/// <param name="Instances">How many instances of each contender take part.</param>
/// <param name="MeasureAsync">One contender in one round.</param>
internal sealed record Part(
    string Name,
    string Title,
    string Says,
    int Instances,
    Func<PartContext, Task<Outcome>> MeasureAsync)
{
    /// <summary>Whether the bare limit, which answers nothing but the status of an order, can do this work.</summary>
    public bool TakesBare { get; init; }

    /// <summary>Whether a number to reach is about the earlier build of the service.</summary>
    public bool TakesBefore { get; init; }

    /// <summary>Whether the work needs a Redis.</summary>
    public bool NeedsRedis { get; init; }

    /// <summary>Where instances reach their Redis over a distance: the time of a round trip.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>Whether it has requests a second to compare, or only answers.</summary>
    public bool HasThroughput { get; init; } = true;

    /// <summary>What <see cref="Outcome.Extra"/> is; null for nothing.</summary>
    public string? ExtraColumn { get; init; }

    /// <summary>Null for as many as the run has.</summary>
    public int? Rounds { get; init; }

    public bool Takes(Contender contender) =>
        (!NeedsRedis || contender.HasRedis) && contender.Name switch
        {
            Contender.Bare => TakesBare,
            Contender.Before => TakesBefore,
            _ => true,
        };
}
