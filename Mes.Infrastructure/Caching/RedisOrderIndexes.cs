using Mes.Application.Board;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Caching;
using Mes.Application.Orders;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Paging;
using Mes.Domain.Orders;
using Mes.Infrastructure.Licensing;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>The board and the sellers' lists in Redis: each answer is one script, which reads counts, ids and entries in one step.</summary>
internal sealed class RedisOrderIndexes(
    RedisGate redis,
    CacheKeys keys,
    Licences licences,
    IndexKeeper keeper,
    IOptions<CacheOptions> options,
    CacheMetrics metrics)
    : IOrderIndexes
{
    private const string NotIndexed = "not-indexed";
    private const int ArgumentsPerRange = 6;
    private const int OtherArguments = 4;

    private static readonly OrderStatus[] Active = [.. OrderStatuses.Active];

    /// <summary>Another only where a test takes a guard out.</summary>
    public string Script { get; init; } = CacheScripts.Read;

    public async ValueTask<CacheRead<BoardCards>> ReadBoardAsync(int cardsPerStatus) =>
        (await ReadAsync(
            IndexGroup.Board,
            IndexKind.Board,
            isDescending: false,
            together: 0,
            [.. Active.Select(status => Whole(IndexScore.Base(status), cardsPerStatus))]))
        .Select(found => new BoardCards(Active.Index().ToDictionary(status => status.Item, status => found.Totals[status.Index]), found.Orders));

    public async ValueTask<CacheRead<ColumnCards>> ReadColumnAsync(OrderStatus status, BoardSort sort, PagePosition? after, int count) =>
        (await ReadAsync(
            IndexGroup.Board,
            IndexKind.Board,
            isDescending: sort == BoardSort.Newest,
            together: 0,
            [Whole(IndexScore.Base(status), count) with { After = after }]))
        .Select(found => new ColumnCards(found.Totals[0], found.Orders));

    public async ValueTask<CacheRead<IReadOnlyList<OrderSnapshot>>> ReadListAsync(OrderFilter filter, PagePosition? after, int count)
    {
        if (filter is not { SellerId: { } sellerId, ExternalId: null })
        {
            return CacheRead<IReadOnlyList<OrderSnapshot>>.Bypass(NotIndexed);
        }

        Range everything = new(0, filter.UpdatedSince is { } since ? IndexScore.Time(since) : 0, IndexScore.LastTime, after, count);
        (IndexKind Kind, Range[] Ranges)? look = filter switch
        {
            { Statuses.Count: 0, Sort.By: OrderSortTime.UpdatedAt } => (IndexKind.SellerByChange, [everything]),
            { Statuses.Count: 0, Sort.By: OrderSortTime.CreatedAt, UpdatedSince: null } => (IndexKind.SellerByCreation, [everything]),
            { Sort.By: OrderSortTime.UpdatedAt } => (
                IndexKind.SellerByStatus,
                [.. filter.Statuses.Select(status => everything with { Base = IndexScore.Base(status) })]),
            _ => null,
        };
        if (look is not { } index)
        {
            return CacheRead<IReadOnlyList<OrderSnapshot>>.Bypass(NotIndexed);
        }

        var read = await ReadAsync(new IndexGroup(sellerId), index.Kind, filter.Sort.Descending, together: count, index.Ranges);
        return read.Select(found => found.Orders);
    }

    private async ValueTask<CacheRead<Found>> ReadAsync(IndexGroup group, IndexKind kind, bool isDescending, int together, Range[] ranges)
    {
        var read = await LookAsync(group, kind, isDescending, together, ranges);
        metrics.Read(isHit: read.Hit is not null, read.BypassReason);
        return read;
    }

    private async ValueTask<CacheRead<Found>> LookAsync(IndexGroup group, IndexKind kind, bool isDescending, int together, Range[] ranges)
    {
        if (!keys.TryGetAll(out var epochs, out var objection))
        {
            return CacheRead<Found>.Bypass(objection);
        }

        // All cells at once. Each answers with a snapshot of its own, a moment apart; but an order is in one cell for ever, so it cannot
        // stand in two of them, nor in none.
        var answers = await Task.WhenAll(epochs.Select(epoch => AskAsync(epoch, group, kind, isDescending, together, ranges)));
        var parts = new Found[answers.Length];
        var isMissing = false;
        for (var cell = 0; cell < answers.Length; cell++)
        {
            var answer = answers[cell];
            if (answer.Failure is { } why)
            {
                return CacheRead<Found>.Bypass(why);
            }

            if (answer.Value!.IsNull)
            {
                keeper.Want(group);
                isMissing = true;
            }
            else if (Decode((RedisResult[])answer.Value!, cell, group) is { } part)
            {
                parts[cell] = part;
            }
            else
            {
                isMissing = true;
            }
        }

        if (isMissing)
        {
            return CacheRead<Found>.Miss;
        }

        var found = parts.Length == 1 ? parts[0] : Merge(parts, kind, isDescending, together, ranges);

        // Judged now that the answers are here: the process may have been stopped since they were asked for.
        return licences.JudgeHit(epochs, [.. answers.Select(answer => answer.AnsweredBy)]) switch
        {
            Verdict.Counts => CacheRead<Found>.Found(found),
            Verdict.Unverified => CacheRead<Found>.FoundUnverified(found),
            _ => CacheRead<Found>.Bypass(Licences.None),
        };
    }

    private Task<RedisAnswer<RedisResult>> AskAsync(
        CacheKeys.Epoch epoch, IndexGroup group, IndexKind kind, bool isDescending, int together, Range[] ranges)
    {
        RedisKey[] scriptKeys = [epoch.Index(group, kind)];
        return redis.AskAsync(
            epoch.Cell,
            "read index",
            (Script, scriptKeys, Arguments: Arguments(epoch, group, isDescending, together, ranges)),
            static (database, script) => database.ScriptEvaluateAsync(script.Script, script.scriptKeys, script.Arguments, CommandFlags.NoRedirect)).AsTask();
    }

    /// <summary>In the order in which one index of all these orders would have them: each part has the first ones of its cell.</summary>
    private static Found Merge(Found[] parts, IndexKind kind, bool isDescending, int together, Range[] ranges)
    {
        var orders = parts.SelectMany(part => part.Orders);
        return new Found(
            [.. ranges.Select((_, range) => parts.Sum(part => part.Totals[range]))],
            together > 0
                ? [.. Sorted(orders).Take(together)]
                : [.. ranges.SelectMany(range => Sorted(orders.Where(order => IndexScore.Base(order.Status) == range.Base)).Take(range.Count))]);

        IEnumerable<OrderSnapshot> Sorted(IEnumerable<OrderSnapshot> some) => isDescending
            ? some.OrderByDescending(order => IndexScore.TimeOf(kind, order)).ThenByDescending(order => order.Id)
            : some.OrderBy(order => IndexScore.TimeOf(kind, order)).ThenBy(order => order.Id);
    }

    private RedisValue[] Arguments(CacheKeys.Epoch epoch, IndexGroup group, bool isDescending, int together, Range[] ranges)
    {
        var arguments = new RedisValue[OtherArguments + (ArgumentsPerRange * ranges.Length)];
        arguments[0] = epoch.EntryPrefix;
        arguments[1] = isDescending;
        arguments[2] = together;
        arguments[3] = group.SellerId is null ? 0 : (long)options.Value.KeepIdleIndex.TotalMilliseconds;
        var at = OtherArguments;
        foreach (var range in ranges)
        {
            arguments[at++] = range.Base + range.From;
            arguments[at++] = range.Base + range.To;
            arguments[at++] = range.Base;
            arguments[at++] = range.After is null ? RedisValue.EmptyString : range.Base + IndexScore.Time(range.After.Time);
            arguments[at++] = range.After is null ? RedisValue.EmptyString : OrderMember.Of(range.After.Id);
            arguments[at++] = range.Count;
        }

        return arguments;
    }

    /// <returns>Null where an order's entry is missing, or not readable: half an answer is none.</returns>
    private Found? Decode(RedisResult[] answer, int cell, IndexGroup group)
    {
        if (answer[0].Resp2Type != ResultType.Array)
        {
            foreach (var missing in answer.AsSpan(1))
            {
                keeper.Mend(cell, group, (string?)missing);
            }

            return null;
        }

        var members = (RedisResult[])answer[1]!;
        var entries = (RedisResult[])answer[2]!;
        var orders = new OrderSnapshot[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var isMember = OrderMember.TryParse((string?)members[i], out var id);
            if (!isMember
                || EntryCodec.Decode(id, (byte[])entries[i]!) is not { } order
                || (group.SellerId is { } sellerId && order.SellerId != sellerId))
            {
                metrics.Unreadable();
                keeper.Mend(cell, group, (string?)members[i]);
                return null;
            }

            orders[i] = order;
        }

        return new Found((int[])answer[0]!, orders);
    }

    private static Range Whole(long statusBase, int count) => new(statusBase, 0, IndexScore.LastTime, null, count);

    /// <param name="Base">What the status adds to each score.</param>
    private sealed record Range(long Base, long From, long To, PagePosition? After, int Count);

    private sealed record Found(int[] Totals, IReadOnlyList<OrderSnapshot> Orders);
}
