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

    /// <summary>The change log exists at the start.</summary>
    public bool HasLog { get; init; }

    /// <summary>Several questions of an instance are under way at a time.</summary>
    public bool IsFar { get; init; }

    /// <summary>The builder of an index puts the order once.</summary>
    public bool HasBuilder { get; init; }

    /// <inheritdoc cref="Schedule.CountsLostFills"/>
    public bool CountsLostFills { get; init; }

    /// <summary>The board is read and built; otherwise the seller's lists.</summary>
    public bool IsBoard { get; init; }

    /// <summary>The indexes are whole at the start; otherwise absent, and to be built.</summary>
    public bool IsIndexed { get; init; }

    /// <summary>How many reads each reader of the board or of lists makes, one after the other.</summary>
    public IReadOnlyList<int> ListReaders { get; init; } = [];

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

    /// <summary>
    /// A change, and a reader on each of two instances. The second of them reads twice, so that it has a copy.
    /// </summary>
    public static Scenario FewWithCopies(bool hasBuilder, params (Fault Fault, int Count)[] faults) => new()
    {
        IsCached = true,
        HasLog = true,
        IsUnhurried = true,
        HasBuilder = hasBuilder,
        CountsLostFills = !hasBuilder,
        Writers = [[Commands.Claim]],
        Readers = [1, 2],
        Faults = faults.ToDictionary(fault => fault.Fault, fault => fault.Count),
    };

    /// <summary>One or two writers, and four readers on two instances.</summary>
    public static Scenario RandomWithCopies(Random random)
    {
        var (isThere, isLong) = (random.Next(8) > 0, random.Next(2) > 0);
        var writers = random.Next(1, 3);
        var hasBuilder = random.Next(3) == 0;

        // Nothing happens to the lease, and entries only disappear.
        var isGentle = random.Next(2) == 0;
        return new Scenario
        {
            IsThere = isThere,
            IsCached = isThere && random.Next(5) > 0,
            IsUnhurried = random.Next(2) > 0,
            HasLog = random.Next(5) > 0,
            IsFar = random.Next(2) == 0,
            HasBuilder = hasBuilder,
            CountsLostFills = isThere && isGentle && !isLong && writers == 1 && !hasBuilder,
            Writers = [.. Enumerable.Range(0, writers).Select(i => Wants(random, isThere, isLong, isFirst: i == 0))],
            Readers = [.. Enumerable.Range(0, 4).Select(_ => isLong ? random.Next(2, 5) : random.Next(1, 4))],
            Faults = RandomFaultsWithCopies(random, isLong, isGentle),
        };
    }

    /// <summary>One or two writers, a reader of the order, and three readers of the board or of lists.</summary>
    public static Scenario RandomWithIndexes(Random random)
    {
        var (isThere, isLong) = (random.Next(8) > 0, random.Next(2) > 0);
        var writers = random.Next(1, 3);
        return new Scenario
        {
            IsThere = isThere,
            IsCached = isThere && random.Next(4) > 0,
            IsUnhurried = random.Next(2) > 0,
            IsBoard = random.Next(2) > 0,
            IsIndexed = random.Next(2) > 0,
            Writers = [.. Enumerable.Range(0, writers).Select(i => Wants(random, isThere, isLong, isFirst: i == 0))],
            Readers = random.Next(2) > 0 ? [random.Next(1, 3)] : [],
            ListReaders = [.. Enumerable.Range(0, 3).Select(_ => random.Next(1, isLong ? 5 : 3))],
            Faults = RandomFaultsWithIndexes(random, isLong),
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

    private static Dictionary<Fault, int> RandomFaultsWithCopies(Random random, bool isLong, bool isGentle)
    {
        var faults = Enum.GetValues<Fault>().ToDictionary(fault => fault, _ => 0);
        for (var count = random.Next(isLong ? 12 : 7); count > 0; count--)
        {
            var fault = random.Next(isGentle ? 18 : 26) switch
            {
                < 3 => Fault.Evict,
                < 8 => Fault.Late,
                < 10 => Fault.EvictLog,
                < 12 => Fault.OtherOrder,
                < 13 => Fault.OtherOrders,
                < 14 => Fault.SpoilLog,
                < 15 => Fault.TruncateLog,
                < 16 => Fault.ForeignLog,
                < 17 => Fault.SetBackLog,
                < 18 => Fault.Age,
                < 19 => Fault.Lapse,
                < 20 => Fault.Flush,
                < 21 => Fault.Corrupt,
                < 22 => Fault.OtherLayout,
                < 23 => Fault.Crash,
                < 25 => Fault.SpoilUpwards,
                _ => Fault.SpoilDownwards,
            };
            faults[fault]++;
        }

        return faults;
    }

    private static Dictionary<Fault, int> RandomFaultsWithIndexes(Random random, bool isLong)
    {
        var faults = Enum.GetValues<Fault>().ToDictionary(fault => fault, _ => 0);
        for (var count = random.Next(isLong ? 10 : 5); count > 0; count--)
        {
            var fault = random.Next(20) switch
            {
                < 4 => Fault.EvictIndex,
                < 6 => Fault.LoseSentinel,
                < 8 => Fault.OtherBuilder,
                < 11 => Fault.Evict,
                < 15 => Fault.Late,
                < 17 => Fault.Crash,
                < 18 => Fault.Lapse,
                < 19 => Fault.Flush,
                _ => Fault.Corrupt,
            };
            faults[fault]++;
        }

        return faults;
    }
}
