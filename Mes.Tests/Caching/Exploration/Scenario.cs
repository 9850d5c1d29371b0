using Mes.Application.Messaging;
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

    /// <summary>The relay keeps its hands off rows whose writer is still at it, as it does for 300 ms; and rows are swept at once.</summary>
    public bool IsUnhurried { get; init; }

    public IReadOnlyDictionary<Fault, int> Faults { get; init; } = new Dictionary<Fault, int>();

    /// <summary>Two writers and two readers, with what a seed makes them want. Some want little: then what there is meets more often.</summary>
    public static Scenario Random(Random random)
    {
        var isThere = random.Next(8) > 0;
        var isLong = random.Next(3) == 0;
        return new Scenario
        {
            IsThere = isThere,
            IsCached = isThere && random.Next(2) > 0,
            IsUnhurried = random.Next(2) > 0,
            Writers = [Wants(random, isThere, isLong, isFirst: true), Wants(random, isThere, isLong, isFirst: false)],
            Readers = isLong ? [random.Next(1, 4), random.Next(1, 4)] : [1, 1],
            Faults = RandomFaults(random, isLong),
        };
    }

    private static Func<Guid, IOrderCommand>[] Wants(Random random, bool isThere, bool isLong, bool isFirst)
    {
        if (!isThere)
        {
            return isFirst ? [id => Commands.Submit(id), Commands.Price] : [Commands.Price, Commands.Cancel];
        }

        return isLong
            ? [Change(random), Change(random)]
            : [random.Next(3) == 0 ? Change(random) : isFirst ? Commands.Claim : ReleaseBySomebodyElse];
    }

    // A claim that is repeated changes nothing, and is acknowledged all the same.
    private static Func<Guid, IOrderCommand> Change(Random random) => random.Next(10) switch
    {
        < 5 => Commands.Claim,
        < 9 => ReleaseBySomebodyElse,
        _ => Commands.Cancel,
    };

    private static IOrderCommand ReleaseBySomebodyElse(Guid id) =>
        new ReleaseOrder(id, Commands.Crm, EntityTagCondition.None, "the operator is gone");

    private static Dictionary<Fault, int> RandomFaults(Random random, bool isLong)
    {
        var faults = Enum.GetValues<Fault>().ToDictionary(fault => fault, _ => 0);
        for (var count = random.Next(isLong ? 6 : 4); count > 0; count--)
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
