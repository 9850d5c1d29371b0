using Mes.Application.Caching;
using Mes.Infrastructure.Caching.Orders;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Tests.Caching.Exploration;

/// <summary>The protocol as it is, or with one guard taken out.</summary>
internal sealed record Variant
{
    /// <summary>
    /// Makes the cache from the real one, or from one that runs <see cref="Begin"/> and <see cref="Put"/>.
    /// </summary>
    public required Func<IOrderCache, PlantedOrderCache, IOrderCache> Cache { get; init; }

    /// <summary>Changes the script.</summary>
    public Func<string, string> Begin { get; init; } = script => script;

    /// <summary>Changes the script.</summary>
    public Func<string, string> Put { get; init; } = script => script;

    /// <summary>Changes the script. Without copies, the planted cache does not drop.</summary>
    public Func<string, string> Drop { get; init; } = script => script;

    /// <summary>Changes the script.</summary>
    public Func<string, string> RecordBuild { get; init; } = script => script;

    /// <summary>Changes the pipeline.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>The violation can only happen to a new order: the explorer runs no scenarios with others.</summary>
    public bool OrderIsNew { get; init; }

    /// <summary>The relay deletes rows, but repairs nothing.</summary>
    public bool RelayIsIdle { get; init; }

    /// <summary>Readers are on two instances that keep copies of orders.</summary>
    public bool HasCopies { get; init; }

    /// <summary>
    /// Readers of the board or of lists are on two instances, and builders build the indexes. Each schedule has an
    /// epoch of its own.
    /// </summary>
    public bool HasIndexes { get; init; }

    /// <summary>The scenario in which the violation is found; null: any.</summary>
    public Scenario? Scenario { get; init; }

    /// <summary>A read joins a question that was already executed.</summary>
    public bool JoinsExecuted { get; init; }

    /// <summary>The answer of a question that is older than what is known becomes copies.</summary>
    public bool KeepsLate { get; init; }

    /// <summary>Changes the log in an answer; null if there is none.</summary>
    public Func<OrderQuestion, byte[]?, byte[]?> Log { get; init; } = (_, log) => log;

    /// <summary>The service as it is.</summary>
    public static Variant Real { get; } = new() { Cache = (real, _) => new ScheduledOrderCache(real) };

    /// <summary>The unchanged scripts, run by the same cache that runs the changed ones.</summary>
    public static Variant Planted { get; } = new() { Cache = (_, planted) => new ScheduledOrderCache(planted) };

    /// <summary>The service as it is, on two instances.</summary>
    public static Variant Copies { get; } = Real with { HasCopies = true };

    /// <summary>The unchanged scripts, on two instances.</summary>
    public static Variant PlantedCopies { get; } = Planted with { HasCopies = true };

    /// <summary>The service as it is, with readers of boards and lists.</summary>
    public static Variant Indexes { get; } = Real with { HasIndexes = true };

    /// <summary>The unchanged scripts, with readers of boards and lists.</summary>
    public static Variant PlantedIndexes { get; } = Planted with { HasIndexes = true };
}
