using Mes.Application.Board;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Caching;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Paging;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>The board and the sellers' lists in Redis: each answer is one script, which reads counts, ids and entries in one step.</summary>
internal sealed class RedisOrderIndexes(
    RedisGate redis,
    KeySpace keys,
    Licences licences,
    IndexKeeper keeper,
    IndexCopies copies,
    IOptions<CacheOptions> options,
    CacheMetrics metrics)
    : IBoardIndex, IOrderListIndex
{
    /// <summary>Another only where a test takes a guard out.</summary>
    public string Script { get; init; } = CacheScripts.Read;

    public async ValueTask<CacheRead<BoardCards>> ReadBoardAsync(int cardsPerStatus) =>
        (await ReadAsync(new IndexQuestion(
            IndexGroup.Board,
            IndexKind.Board,
            IsDescending: false,
            Together: 0,
            [.. OrderStatuses.Active.Select(status => IndexRange.Whole(IndexScore.Base(status), cardsPerStatus))])))
        .Select(found => found.Board);

    public async ValueTask<CacheRead<ColumnCards>> ReadColumnAsync(OrderStatus status, BoardSort sort, PagePosition? after, int count) =>
        (await ReadAsync(new IndexQuestion(
            IndexGroup.Board,
            IndexKind.Board,
            IsDescending: sort == BoardSort.Newest,
            Together: 0,
            [IndexRange.Whole(IndexScore.Base(status), count) with { After = after }])))
        .Select(found => new ColumnCards(found.Totals[0], found.Orders));

    public async ValueTask<CacheRead<IReadOnlyList<OrderSnapshot>>> ReadListAsync(OrderFilter filter, PagePosition? after, int count)
    {
        if (filter is not { SellerId: { } sellerId, ExternalId: null })
        {
            return CacheRead<IReadOnlyList<OrderSnapshot>>.Bypass(BypassReason.NotIndexed);
        }

        IndexRange everything = new(0, filter.UpdatedSince is { } since ? IndexScore.Time(since) : 0, IndexScore.LastTime, after, count);
        (IndexKind Kind, IndexRange[] Ranges)? look = filter switch
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
            return CacheRead<IReadOnlyList<OrderSnapshot>>.Bypass(BypassReason.NotIndexed);
        }

        var read = await ReadAsync(new IndexQuestion(new IndexGroup(sellerId), index.Kind, filter.Sort.Descending, Together: count, index.Ranges));
        return read.Select(found => found.Orders);
    }

    private async ValueTask<CacheRead<IndexAnswer>> ReadAsync(IndexQuestion question)
    {
        var read = await LookAsync(question);
        metrics.Read(isHit: read.Hit is not null, read.BypassReason);
        return read;
    }

    private async ValueTask<CacheRead<IndexAnswer>> LookAsync(IndexQuestion question)
    {
        if (!keys.TryGetAll(out var epochs, out var objection))
        {
            return CacheRead<IndexAnswer>.Bypass(objection);
        }

        // All cells at once. Each answers with a snapshot of its own, a moment apart; but an order is in one cell for ever, so it cannot
        // stand in two of them, nor in none.
        var answers = await Task.WhenAll(epochs.Select(epoch => AskAsync(epoch, question)));
        var parts = new IndexCopies.Copy[answers.Length];
        var isMissing = false;
        for (var cell = 0; cell < answers.Length; cell++)
        {
            var (answer, copy) = answers[cell];
            if (answer.Failure is { } why)
            {
                return CacheRead<IndexAnswer>.Bypass(why);
            }

            if (answer.Value!.IsNull)
            {
                keeper.Want(question.Group);
                isMissing = true;
            }
            else if (answer.Value.Resp2Type != ResultType.Array)
            {
                parts[cell] = copy!;
            }
            else if (Decode((RedisResult[])answer.Value!, epochs[cell].Cell, question) is { } part)
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
            return CacheRead<IndexAnswer>.Miss;
        }

        var found = parts.Length == 1 ? parts[0].Answer : Merge([.. parts.Select(part => part.Answer)], question);

        // Judged now that the answers are here: the process may have been stopped since they were asked for.
        var verdict = licences.JudgeHit(epochs, [.. answers.Select(answer => answer.Answer.AnsweredBy)]);
        if (verdict == Verdict.Counts)
        {
            // Nothing else is kept: of another data set the same stamp may mean another answer.
            for (var cell = 0; cell < parts.Length; cell++)
            {
                if (!ReferenceEquals(parts[cell], answers[cell].Copy))
                {
                    copies.Keep(epochs[cell], question, parts[cell]);
                }
            }
        }

        return verdict switch
        {
            Verdict.Counts => CacheRead<IndexAnswer>.Found(found),
            Verdict.Unverified => CacheRead<IndexAnswer>.FoundUnverified(found),
            _ => CacheRead<IndexAnswer>.Bypass(BypassReason.NoLicence),
        };
    }

    /// <returns>What Redis answered, and the copy that it means where it says that nothing has changed.</returns>
    private async Task<(RedisAnswer<RedisResult> Answer, IndexCopies.Copy? Copy)> AskAsync(CacheEpoch epoch, IndexQuestion question)
    {
        var copy = copies.Find(epoch, question);
        RedisKey[] scriptKeys = [epoch.Index(question.Group, question.Kind)];
        var keep = question.Group.SellerId is null ? 0 : (long)options.Value.KeepIdleIndex.TotalMilliseconds;
        var answer = await redis.AskAsync(
            epoch.Cell,
            "read index",
            (Script, scriptKeys, Arguments: question.ToArguments(epoch, keep, copy?.Stamp)),
            static (database, script) => database.ScriptEvaluateAsync(script.Script, script.scriptKeys, script.Arguments, CommandFlags.NoRedirect));
        return (answer, copy);
    }

    /// <summary>In the order in which one index of all these orders would have them: each part has the first ones of its cell.</summary>
    private static IndexAnswer Merge(IndexAnswer[] parts, IndexQuestion question)
    {
        var orders = parts.SelectMany(part => part.Orders);
        return new IndexAnswer(
            [.. question.Ranges.Select((_, range) => parts.Sum(part => part.Totals[range]))],
            question.Together > 0
                ? [.. Sorted(orders).Take(question.Together)]
                : [.. question.Ranges.SelectMany(range => Sorted(orders.Where(order => IndexScore.Base(order.Status) == range.Base)).Take(range.Count))]);

        IEnumerable<OrderSnapshot> Sorted(IEnumerable<OrderSnapshot> some) => question.IsDescending
            ? some.OrderByDescending(order => IndexScore.TimeOf(question.Kind, order)).ThenByDescending(order => order.Id)
            : some.OrderBy(order => IndexScore.TimeOf(question.Kind, order)).ThenBy(order => order.Id);
    }

    /// <returns>Null where an order's entry is missing, or not readable: half an answer is none.</returns>
    private IndexCopies.Copy? Decode(RedisResult[] answer, int cell, IndexQuestion question)
    {
        var group = question.Group;
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
                || (group.SellerId is { } sellerId && order.SellerId != sellerId)
                || !question.Asks(order))
            {
                metrics.Unreadable();
                keeper.Mend(cell, group, (string?)members[i]);
                return null;
            }

            orders[i] = order;
        }

        return new IndexCopies.Copy((string)answer[3]!, new IndexAnswer((int[])answer[0]!, orders));
    }
}
