using System.Security.Cryptography;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Indexes;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Tests.Caching.Support;
using StackExchange.Redis;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// The board, or a seller's lists, in one schedule. Its readers are on two instances, each with copies of its own; the
/// steps of its builders are those of <see cref="IndexBuilder"/>. Every read must be a miss, or contain the order once,
/// in the right place, and in no older version than had been acknowledged before (G1). What others were told does not
/// count, because G4 is promised for calls for one order only.
/// </summary>
/// <param name="build">Brings the cache up to the order's row as a builder does.</param>
/// <param name="refresh">Brings the cache up to the order's row whatever comes in between.</param>
internal sealed class ScheduledIndexes(
    Schedule schedule,
    OwnEpoch own,
    IDatabase redis,
    Variant variant,
    Guid id,
    bool isBoard,
    Func<Task<PutResult>> build,
    Func<Task<PutResult>> refresh)
    : IAsyncDisposable
{
    private const string Builder = "builder ";
    private const string SecondPage = "second page";

    /// <summary>More than the indexes have.</summary>
    private const int All = 10;

    /// <summary>Time limits of keys do not pass in a schedule.</summary>
    private const long Never = 3_600_000;
    private const long NoLimit = 0;

    private static readonly IndexGroup Seller = new(Commands.Alpha.Id);
    private static readonly OrderSelection[] OfBoard = [new OrderSelection.Board(All)];
    private static readonly OrderSelection[] OfSeller =
    [
        List([], OrderSortTime.UpdatedAt),
        List(OrderStatuses.All, OrderSortTime.UpdatedAt),
        List([], OrderSortTime.CreatedAt),
    ];

    private readonly IndexGroup _group = isBoard ? IndexGroup.Board : Seller;
    private readonly OrderSelection[] _selections = isBoard ? OfBoard : OfSeller;
    private readonly List<LocalIndexCopies> _copies = [];
    private readonly List<RedisOrderIndexes> _instances = [];
    private bool _isRequested;
    private int _builders;
    private int _losses;

    private RedisKey BuilderKey => own.Keys.Builder(_group);

    private RedisKey ProgressKey => own.Keys.Progress(_group);

    /// <summary>Makes the indexes as they are at the start, and starts a builder.</summary>
    /// <param name="areWhole">Otherwise they are absent, and are to be built.</param>
    public async Task StartAsync(bool areWhole)
    {
        for (var i = 0; i < 2; i++)
        {
            _copies.Add(own.NewCopies());
            _instances.Add(own.IndexesWith(_copies[i]));
        }

        foreach (var kind in areWhole ? _group.Kinds : [])
        {
            var index = own.Keys.Index(_group, kind);
            await redis.SortedSetAddAsync(index, "whole", NewStamp());
            if (schedule.Table.Read() is { } order && IndexScore.ValueOf(kind, order) is { } score)
            {
                await redis.SortedSetAddAsync(index, OrderMember.Of(id), score);
            }
        }

        _isRequested = !areWhole;
        StartBuilder();
    }

    /// <summary>Reads what there is to read, one after the other.</summary>
    /// <param name="number">The reader's number, which decides its instance.</param>
    public async Task ReadAsync(Actor reader, int number, int reads)
    {
        for (var i = 0; i < reads; i++)
        {
            await ReadAsync(reader, number, _selections[(number + i) % _selections.Length]);
        }
    }

    public async Task StrikeAsync(Fault fault)
    {
        var indexes = own.Keys.Indexes(_group);
        switch (fault)
        {
            case Fault.EvictIndex:
                await redis.KeyDeleteAsync(indexes[_losses++ % indexes.Length]);
                break;
            case Fault.LoseSentinel:
                await redis.SortedSetRemoveAsync(indexes[_losses++ % indexes.Length], "whole");
                break;
            case Fault.Flush:
                await ForgetAsync();
                break;
            case Fault.OtherBuilder:
                _isRequested = true;
                StartBuilder();
                break;
        }
    }

    /// <summary>To be called when a process has died: another instance goes on with its build.</summary>
    public void Died(Actor dead)
    {
        if (dead.Name == Builder + _builders)
        {
            _isRequested = true;
            StartBuilder();
        }
    }

    /// <summary>Whatever the indexes are now, a build and a repair must heal them.</summary>
    public async Task HealAsync(IStrategy strategy)
    {
        _isRequested = true;
        StartBuilder();
        await schedule.RunAsync(strategy);
        for (var i = 0; i < _instances.Count; i++)
        {
            var number = i;
            schedule.Start($"last list reader {i + 1}", reader => HealAsync(reader, number));
        }

        await schedule.RunAsync(strategy);
    }

    public async ValueTask DisposeAsync()
    {
        _copies.ForEach(copies => copies.Dispose());
        await ForgetAsync();
    }

    private static OrderSelection List(IReadOnlyCollection<OrderStatus> statuses, OrderSortTime by) =>
        new OrderSelection.List(
            new OrderFilter(Commands.Alpha.Id, statuses, null, null, new OrderSort(by, Descending: true)), null, All);

    private static long NewStamp() => -1 - Random.Shared.NextInt64(1L << 51);

    private static string Describe(OrderSelection selection) => selection switch
    {
        OrderSelection.Board => "board",
        OrderSelection.List { Filter.Statuses.Count: > 0 } => "list by status",
        OrderSelection.List { Filter.Sort.By: OrderSortTime.CreatedAt } => "list by creation",
        _ => "list by change",
    };

    private async Task HealAsync(Actor reader, int number)
    {
        foreach (var selection in _selections)
        {
            if (!await ReadAsync(reader, number, selection, isLast: true))
            {
                // As IndexMaintainer.Repair has it done.
                await (schedule.Table.Version == 0 ? Task.CompletedTask : refresh());
                if (!await ReadAsync(reader, number, selection, isLast: true))
                {
                    schedule.Violated($"G5: the {Describe(selection)} did not heal");
                }
            }
        }
    }

    /// <returns>Whether it was a hit.</returns>
    private async Task<bool> ReadAsync(Actor reader, int number, OrderSelection selection, bool isLast = false)
    {
        reader.Ask();
        var instance = _instances[number % _instances.Count];
        var read = await schedule.StepAsync(
            reader,
            $"asks for the {Describe(selection)}",
            () => instance.ReadAsync(selection),
            unanswered: () => CacheRead<SelectedOrders>.Bypass(BypassReason.Timeout));
        if (read.Hit is { } hit)
        {
            Judge(reader, selection, hit, isLast ? schedule.Table.Version : reader.AcknowledgedFloor);
        }
        else
        {
            // The maintainer has the indexes built, unless the answer was only late.
            _isRequested |= read.BypassReason is null;
        }

        reader.Answered();
        return read.Hit is not null;
    }

    /// <param name="floor">The oldest version that may be told.</param>
    private void Judge(Actor reader, OrderSelection selection, SelectedOrders hit, int floor)
    {
        var told = $"{reader.Name} finds in the {Describe(selection)}";
        if (hit.Orders.Any(order => order.Id != id || !schedule.Table.Had(order)))
        {
            schedule.Violated($"G3: {told} what was not committed");
        }

        if (hit.Orders.Count > 1)
        {
            schedule.Violated($"one snapshot: {told} the order more than once");
        }

        if (isBoard && !hit.Totals.SequenceEqual(
            OrderStatuses.Active.Select(status => hit.Orders.Count(order => order.Status == status))))
        {
            schedule.Violated($"one snapshot: {told} counts {string.Join(' ', hit.Totals)}");
        }

        // An order that has come to its end leaves the board.
        var mayBeAbsent = floor == 0 || (isBoard && schedule.Table.Read()!.Status.IsTerminal());
        if (hit.Orders is [var only] ? only.Version < floor : !mayBeAbsent)
        {
            var version = hit.Orders is [var old] ? $"v{old.Version}" : "nothing";
            schedule.Violated($"G1: {told} {version}; before it asked, v{floor} had been acknowledged");
        }
    }

    private void StartBuilder()
    {
        var number = ++_builders;
        schedule.Start(Builder + number, builder => BuildAsync(builder, number));
    }

    private async Task BuildAsync(Actor builder, int number)
    {
        if (number > 1)
        {
            // The time limit of the builder before has passed.
            await schedule.StepAsync(builder, "takes over", async () => await redis.KeyDeleteAsync(BuilderKey));
        }

        while (true)
        {
            builder.Ask();
            await schedule.StepAsync(
                builder,
                "is to build",
                () =>
                {
                    _isRequested = false;
                    return new ValueTask<int>(number);
                },
                isPossible: () => _isRequested && number == _builders);
            _isRequested |= !await TryBuildAsync(builder);
            builder.Answered();
        }
    }

    /// <summary>Does what <see cref="IndexBuilder"/> does in one cell.</summary>
    /// <returns>False if another attempt must be made.</returns>
    private async Task<bool> TryBuildAsync(Actor builder)
    {
        var newMark = "building:" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        var begin = ScriptCall.BeginBuild(
            BuilderKey, ProgressKey, own.Keys.Indexes(_group), builder.Name, Never, newMark, NoLimit);
        string[] begun = [];
        var result = await schedule.StepAsync(
            builder,
            "begins to build",
            async () =>
            {
                begun = (string[])(await redis.ScriptEvaluateAsync(begin.Script, begin.Keys, begin.Arguments))!;
                return begun[0];
            },
            unanswered: () => "no answer");
        if (result != "build")
        {
            return result != "no answer";
        }

        var (mark, cursor) = (begun[1], begun[2]);
        if (cursor != SecondPage && await schedule.StepAsync(
            builder, "reads the page", () => new ValueTask<bool>(schedule.Table.Read() is { } order
                && (!isBoard || !order.Status.IsTerminal()))))
        {
            var put = await build();
            put = put == PutResult.Rejected ? await refresh() : put;
            if (put is not (PutResult.Stored or PutResult.Superseded)
                || !await RecordAsync(builder, mark, SecondPage, isWhole: false))
            {
                return false;
            }
        }

        return await RecordAsync(builder, mark, cursor: "", isWhole: true);
    }

    private async Task<bool> RecordAsync(Actor builder, string mark, string cursor, bool isWhole)
    {
        var record = ScriptCall.RecordBuild(
            BuilderKey,
            ProgressKey,
            own.Keys.Indexes(_group),
            builder.Name,
            Never,
            mark,
            cursor,
            isWhole,
            NewStamp(),
            NoLimit,
            NoLimit);
        var script = variant.RecordBuild(record.Script);
        return await schedule.StepAsync(
            builder,
            isWhole ? "completes" : "notes its progress",
            async () => (int)await redis.ScriptEvaluateAsync(script, record.Keys, record.Arguments) == 1,
            unanswered: () => false);
    }

    private Task ForgetAsync() => redis.KeyDeleteAsync(
        [.. own.Keys.Indexes(IndexGroup.Board), .. own.Keys.Indexes(Seller), BuilderKey, ProgressKey, own.Keys.Log]);
}
