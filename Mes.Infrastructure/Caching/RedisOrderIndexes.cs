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

    public async ValueTask<IndexRead<BoardCards>> ReadBoardAsync(int cardsPerStatus) =>
        (await ReadAsync(
            IndexGroup.Board,
            IndexKind.Board,
            isDescending: false,
            together: 0,
            [.. Active.Select(status => Whole(IndexScore.Base(status), cardsPerStatus))]))
        .Select(found => new BoardCards(Active.Index().ToDictionary(status => status.Item, status => found.Totals[status.Index]), found.Orders));

    public async ValueTask<IndexRead<ColumnCards>> ReadColumnAsync(OrderStatus status, BoardSort sort, PagePosition? after, int count) =>
        (await ReadAsync(
            IndexGroup.Board,
            IndexKind.Board,
            isDescending: sort == BoardSort.Newest,
            together: 0,
            [Whole(IndexScore.Base(status), count) with { After = after }]))
        .Select(found => new ColumnCards(found.Totals[0], found.Orders));

    public async ValueTask<IndexRead<IReadOnlyList<OrderSnapshot>>> ReadListAsync(OrderFilter filter, PagePosition? after, int count)
    {
        if (filter is not { SellerId: { } sellerId, ExternalId: null })
        {
            return IndexRead<IReadOnlyList<OrderSnapshot>>.Bypass(NotIndexed);
        }

        Range everything = new(0, filter.UpdatedSince is { } since ? IndexScore.Time(since) : 0, IndexScore.LastTime, after, count);
        (IndexKind Kind, Range[] Ranges)? look = filter switch
        {
            { Statuses.Count: 0, Sort.By: OrderSortTime.UpdatedAt } => (IndexKind.SellerByChange, [everything]),
            { Statuses.Count: 0, Sort.By: OrderSortTime.CreatedAt, UpdatedSince: null } => (IndexKind.SellerByCreation, [everything]),
            { Sort.By: OrderSortTime.UpdatedAt } => (
                IndexKind.SellerByStatus,
                [.. filter.Statuses.Distinct().Select(status => everything with { Base = IndexScore.Base(status) })]),
            _ => null,
        };
        if (look is not { } index)
        {
            return IndexRead<IReadOnlyList<OrderSnapshot>>.Bypass(NotIndexed);
        }

        var read = await ReadAsync(new IndexGroup(sellerId), index.Kind, filter.Sort.Descending, together: count, index.Ranges);
        return read.Select(found => found.Orders);
    }

    private async ValueTask<IndexRead<Found>> ReadAsync(IndexGroup group, IndexKind kind, bool isDescending, int together, Range[] ranges)
    {
        var read = await LookAsync(group, kind, isDescending, together, ranges);
        metrics.Read(isHit: read.Hit is not null, read.BypassReason);
        return read;
    }

    private async ValueTask<IndexRead<Found>> LookAsync(IndexGroup group, IndexKind kind, bool isDescending, int together, Range[] ranges)
    {
        if (!keys.TryGet(out var epoch, out var objection))
        {
            return IndexRead<Found>.Bypass(objection);
        }

        RedisKey[] scriptKeys = [epoch.Index(group, kind)];
        var answer = await redis.AskAsync(
            "read index",
            (Script, scriptKeys, Arguments: Arguments(epoch, group, isDescending, together, ranges)),
            static (database, script) => database.ScriptEvaluateAsync(script.Script, script.scriptKeys, script.Arguments));
        if (answer.Failure is { } why)
        {
            return IndexRead<Found>.Bypass(why);
        }

        if (answer.Value!.IsNull)
        {
            keeper.Want(group);
            return IndexRead<Found>.Miss;
        }

        if (Decode((RedisResult[])answer.Value!, group) is not { } found)
        {
            return IndexRead<Found>.Miss;
        }

        // Judged now that the answer is here: the process may have been stopped since it was asked for.
        return licences.JudgeHit(orderId: null, epoch.Number, answer.AnsweredBy) switch
        {
            Verdict.Counts => IndexRead<Found>.Found(found, isUnverified: false),
            Verdict.Unverified => IndexRead<Found>.Found(found, isUnverified: true),
            _ => IndexRead<Found>.Bypass(Licences.None),
        };
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
    private Found? Decode(RedisResult[] answer, IndexGroup group)
    {
        if (answer[0].Resp2Type != ResultType.Array)
        {
            foreach (var missing in answer.AsSpan(1))
            {
                keeper.Mend(group, (string?)missing);
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
                keeper.Mend(group, (string?)members[i]);
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
