using Mes.Application.Messaging;
using Mes.Application.Orders.CancelOrder;
using Mes.Application.Orders.ReleaseOrder;
using Mes.Tests.Caching.Support;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// What a schedule interleaves: what each actor does with one order, and how often each fault may happen.
/// </summary>
internal sealed record Scenario
{
    private static readonly (int Writers, int Readers)[] Few = [(1, 2), (2, 1), (2, 0), (2, 2)];

    /// <summary>The order exists (approved) before any actor starts.</summary>
    public bool IsThere { get; init; } = true;

    /// <summary>The cache has it.</summary>
    public bool IsCached { get; init; }

    /// <summary>What each writer sends, one after the other.</summary>
    public required IReadOnlyList<IReadOnlyList<Func<Guid, IOrderCommand>>> Writers { get; init; }

    /// <summary>How many reads each reader makes, one after the other.</summary>
    public required IReadOnlyList<int> Readers { get; init; }

    /// <summary>
    /// The relay leaves alone the rows of writers that are still at work, as the real one does for 300 ms; and rows are
    /// swept at once.
    /// </summary>
    public bool IsUnhurried { get; init; }

    public IReadOnlyDictionary<Fault, int> Faults { get; init; } = new Dictionary<Fault, int>();

    /// <summary>
    /// At most two writers and two or three readers, which do what a seed decides. Some scenarios are short, so that
    /// their few actions meet more often.
    /// </summary>
    /// <param name="isNew">Whether the order is always submitted first. Otherwise it is only sometimes.</param>
    public static Scenario Random(Random random, bool isNew = false)
    {
        var isThere = random.Next(8) > 0 && !isNew;
        var isLong = random.Next(4) > 0;
        var (writers, readers) = isLong ? (2, 3) : Few[random.Next(Few.Length)];
        return new Scenario
        {
            IsThere = isThere,
            IsCached = isThere && random.Next(2) > 0,
            IsUnhurried = random.Next(2) > 0,
            Writers = writers == 1
                ? [Wants(random, isThere, isLong, isFirst: true)]
                : [Wants(random, isThere, isLong, isFirst: true), Wants(random, isThere, isLong, isFirst: false)],
            Readers = [.. Enumerable.Range(0, readers).Select(_ => isLong ? random.Next(2, 5) : 1)],
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
            ? [.. Enumerable.Range(0, 3).Select(_ => Change(random))]
            : [random.Next(3) == 0 ? Change(random) : isFirst ? Commands.Claim : ReleaseByTheCrm];
    }

    // A repeated claim changes nothing, and is acknowledged nevertheless.
    private static Func<Guid, IOrderCommand> Change(Random random) => random.Next(11) switch
    {
        < 5 => Commands.Claim,
        < 10 => ReleaseByTheCrm,
        _ => id => new CancelOrder(id, Commands.Crm, EntityTagCondition.None, "changed its mind"),
    };

    private static IOrderCommand ReleaseByTheCrm(Guid id) =>
        new ReleaseOrder(id, Commands.Crm, EntityTagCondition.None, "the operator is gone");

    private static Dictionary<Fault, int> RandomFaults(Random random, bool isLong)
    {
        var faults = Enum.GetValues<Fault>().ToDictionary(fault => fault, _ => 0);
        for (var count = random.Next(isLong ? 4 : 0, isLong ? 12 : 4); count > 0; count--)
        {
            // Faults against which the protocol has guards come more often than faults that it only has to survive.
            var fault = random.Next(16) switch
            {
                < 3 => Fault.Evict,
                < 4 => Fault.Lapse,
                < 5 => Fault.Flush,
                < 6 => Fault.Corrupt,
                < 7 => Fault.OtherLayout,
                < 12 => Fault.Late,
                < 13 => Fault.Crash,
                < 14 => Fault.HangUp,
                < 15 => Fault.SpoilUpwards,
                _ => Fault.SpoilDownwards,
            };
            faults[fault]++;
        }

        return faults;
    }
}
