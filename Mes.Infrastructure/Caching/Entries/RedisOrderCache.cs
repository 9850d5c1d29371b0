using System.Security.Cryptography;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Entries;

/// <summary>Orders in Redis: a plain <c>GET</c> to read, two scripts to lease and to put.</summary>
internal sealed partial class RedisOrderCache(
    RedisGate redis,
    KeySpace keys,
    Licences licences,
    IOptions<CacheOptions> options,
    CacheMetrics metrics,
    ILogger<RedisOrderCache> logger)
    : IOrderCache
{
    private const int TokenBytes = 16;
    private static readonly RedisValue NoToken = "-";

    /// <summary>In the order in which the scripts expect them.</summary>
    private static readonly IndexKind[] Indexes = Enum.GetValues<IndexKind>();

    public async ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId)
    {
        var read = await LookAsync(orderId);
        metrics.Read(isHit: read.Hit is not null, read.BypassReason);
        return read;
    }

    public async ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder)
    {
        if (!keys.TryGet(orderId, out var epoch, out _))
        {
            return null;
        }

        var token = RandomNumberGenerator.GetHexString(TokenBytes * 2, lowercase: true);
        RedisKey[] scriptKeys = [epoch.Entry(orderId), epoch.Lease(orderId)];
        RedisValue[] arguments = [token, Milliseconds(options.Value.Lease), holder == LeaseHolder.Writer];
        var answer = await redis.AskAsync(
            epoch.Cell,
            "begin",
            (scriptKeys, arguments),
            static (database, script) => database.ScriptEvaluateAsync(CacheScripts.Begin, script.scriptKeys, script.arguments, CommandFlags.NoRedirect));
        return answer.Failure is null && (int)answer.Value == 1 ? new LeaseToken(token, holder) : null;
    }

    public ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
        PutAsync(order, token, tags, keepEntry: true);

    /// <summary>As a put whose entry is evicted at once: the indexes have the order, the memory for its entry is saved.</summary>
    public ValueTask<PutResult> PutIntoIndexesAsync(OrderSnapshot order, LeaseToken? token) => PutAsync(order, token, [], keepEntry: false);

    private async ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags, bool keepEntry)
    {
        var result = keys.TryGet(order.Id, out var epoch, out _) ? await PutAsync(epoch, order, token, tags, keepEntry) : PutResult.Failed;
        metrics.Put(result);
        return result;
    }

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) =>
        keys.TryGet(orderId, out var epoch, out _) && redis.IsAnswering(epoch.Cell) && CacheTags.FindSeller(tags) is { } sellerId
            ? DropAsync(KeysOf(epoch, orderId, sellerId), epoch, tags)
            : new(false);

    /// <summary>What the scripts call an order's keys: the entry, the lease, and the indexes.</summary>
    internal static RedisKey[] KeysOf(CacheEpoch epoch, Guid orderId, string sellerId) =>
        [epoch.Entry(orderId), epoch.Lease(orderId), .. Indexes.Select(kind => epoch.Index(new IndexGroup(sellerId), kind))];

    /// <summary>What the put script wants to know of an order.</summary>
    internal static RedisValue[] ArgumentsOf(OrderSnapshot order, RedisValue entry, LeaseToken? token, long keepMilliseconds) =>
    [
        order.Version,
        entry,
        token is null ? NoToken : token.Value,
        keepMilliseconds,
        OrderMember.Of(order.Id),
        .. Indexes.Select(kind => (RedisValue)IndexScore.Of(kind, order)),
    ];

    private async ValueTask<CacheRead<OrderSnapshot>> LookAsync(Guid orderId)
    {
        if (!keys.TryGet(orderId, out var epoch, out var objection))
        {
            return CacheRead<OrderSnapshot>.Bypass(objection);
        }

        var answer = await redis.AskAsync(
            epoch.Cell, "get", epoch.Entry(orderId), static (database, key) => MasterReads.GetAsync(database, key));
        if (answer.Failure is null)
        {
            if (answer.Value.IsNull)
            {
                return CacheRead<OrderSnapshot>.Miss;
            }

            if (EntryCodec.Decode(orderId, (byte[])answer.Value!) is { } order)
            {
                // Judged now that the answer is here: the process may have been stopped since it was asked for.
                return licences.JudgeHit(orderId, epoch, answer.AnsweredBy) switch
                {
                    Verdict.Counts => CacheRead<OrderSnapshot>.Found(order),
                    Verdict.Unverified => CacheRead<OrderSnapshot>.FoundUnverified(order),
                    _ => CacheRead<OrderSnapshot>.Invalid(BypassReason.NoLicence),
                };
            }
        }
        else if (answer.Failure != BypassReason.WrongType)
        {
            return CacheRead<OrderSnapshot>.Bypass(answer.Failure);
        }

        // A miss: the put that follows writes over it. What the scripts believe of it is proven, so it keeps no true version out.
        metrics.Unreadable();
        Unreadable(orderId);
        return CacheRead<OrderSnapshot>.Miss;
    }

    private async ValueTask<PutResult> PutAsync(
        CacheEpoch epoch, OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags, bool keepEntry)
    {
        var ofOrder = KeysOf(epoch, order.Id, order.SellerId);
        RedisKey[] scriptKeys = [.. ofOrder, .. epoch.Stamps(tags)];
        var isReaders = tags.Count == 0 && token is not { Holder: LeaseHolder.Writer };
        var keep = order.Status.IsTerminal() ? Milliseconds(options.Value.KeepTerminal) : 0;
        var arguments = ArgumentsOf(order, keepEntry ? EntryCodec.Encode(order) : RedisValue.EmptyString, token, keep);
        var answer = await redis.AskAsync(
            epoch.Cell,
            "put",
            isReaders ? options.Value.Budget : Longer(options.Value.PutBudget, options.Value.Budget),
            (scriptKeys, arguments),
            static (database, script) => database.ScriptEvaluateAsync(CacheScripts.Put, script.scriptKeys, script.arguments, CommandFlags.NoRedirect));
        if (answer.Failure is null)
        {
            if (!licences.PutCounts(epoch, answer.AnsweredBy))
            {
                return PutResult.Failed;
            }

            return (int)answer.Value switch
            {
                1 => PutResult.Stored,
                2 => PutResult.Superseded,
                _ => PutResult.Rejected,
            };
        }

        return answer.Failure == BypassReason.Error && await DropAsync(ofOrder, epoch, tags) ? PutResult.Dropped : PutResult.Failed;
    }

    private async ValueTask<bool> DropAsync(RedisKey[] ofOrder, CacheEpoch epoch, IReadOnlyCollection<string> tags)
    {
        RedisKey[] scriptKeys = [.. ofOrder, .. epoch.Stamps(tags)];
        var answer = await redis.AskAsync(
            epoch.Cell, RedisNode.DropOperation, scriptKeys, static (database, dropped) => database.ScriptEvaluateAsync(CacheScripts.Drop, dropped, flags: CommandFlags.NoRedirect));
        if (answer.Failure is not null || !licences.PutCounts(epoch, answer.AnsweredBy))
        {
            return false;
        }

        metrics.Dropped();
        return true;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The entry of order {Order} is not readable; it counts as absent")]
    private partial void Unreadable(Guid order);
}
