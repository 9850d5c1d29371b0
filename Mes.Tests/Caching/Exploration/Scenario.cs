using Mes.Application.Messaging;
using Mes.Application.Orders.CancelOrder;
using Mes.Application.Orders.ReleaseOrder;
using Mes.Tests.Caching.Support;

namespace Mes.Tests.Caching.Exploration;

/// <summary>What is interleaved: who wants what of one order, and what may go wrong how often.</summary>
internal sealed record Scenario
{
    /// <summary>The order is there (approved) before anybody comes.</summary>
    public bool IsThere { get; init; } = true;

    /// <summary>The cache has it.</summary>
    public bool IsCached { get; init; }

    /// <summary>What each writer sends, one after the other.</summary>
    public required IReadOnlyList<IReadOnlyList<Func<Guid, IOrderCommand>>> Writers { get; init; }

    /// <summary>How many reads each reader makes, one after the other.</summary>
    public required IReadOnlyList<int> Readers { get; init; }

    public IReadOnlyDictionary<Fault, int> Faults { get; init; } = new Dictionary<Fault, int>();

    /// <summary>Two writers and two readers, with what a seed makes them want.</summary>
    public static Scenario Random(Random random)
    {
        var isThere = random.Next(5) > 0;
        return new Scenario
        {
            IsThere = isThere,
            IsCached = isThere && random.Next(2) > 0,
            Writers = [Commands(random, isThere, isFirst: true), Commands(random, isThere, isFirst: false)],
            Readers = [random.Next(1, 4), random.Next(1, 4)],
            Faults = RandomFaults(random),
        };
    }

    private static Func<Guid, IOrderCommand>[] Commands(Random random, bool isThere, bool isFirst) => isThere
        ? [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Change(random))]
        : isFirst
            ? [id => Support.Commands.Submit(id), Support.Commands.Price]
            : [Support.Commands.Price, Support.Commands.Cancel];

    // A claim that is repeated changes nothing, and is acknowledged all the same.
    private static Func<Guid, IOrderCommand> Change(Random random) => random.Next(10) switch
    {
        < 5 => Support.Commands.Claim,
        < 9 => id => new ReleaseOrder(id, Support.Commands.Crm, EntityTagCondition.None, "the operator is gone"),
        _ => id => new CancelOrder(id, Support.Commands.Crm, EntityTagCondition.None, "changed its mind"),
    };

    private static Dictionary<Fault, int> RandomFaults(Random random)
    {
        var faults = Enum.GetValues<Fault>().ToDictionary(fault => fault, _ => 0);
        for (var count = random.Next(6); count > 0; count--)
        {
            // Those that the protocol's guards stand against come more often than those that only have to be survived.
            var fault = random.Next(12) switch
            {
                < 3 => Fault.Evict,
                < 4 => Fault.Lapse,
                < 5 => Fault.Flush,
                < 6 => Fault.Corrupt,
                < 7 => Fault.OtherLayout,
                < 10 => Fault.Late,
                < 11 => Fault.Crash,
                _ => Fault.HangUp,
            };
            faults[fault]++;
        }

        return faults;
    }
}
