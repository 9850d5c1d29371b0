using System.Security.Cryptography;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>Orders in Redis: questions read them; scripts lease, put and drop them.</summary>
internal sealed class RedisOrderCache(
    RedisRouter redis,
    KeySpace keys,
    Licences licences,
    IOptions<CacheOptions> options,
    OrderQuestions questions,
    CacheMetrics metrics)
    : IOrderCache
{
    private const int TokenBytes = 16;
    private static readonly RedisValue NoToken = "-";

    /// <summary>In the order in which the scripts take an order's indexes and scores.</summary>
    private static readonly IndexKind[] Indexes = Enum.GetValues<IndexKind>();

    public ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId)
    {
        if (keys.TryGetEpoch(orderId, out var epoch, out var objection))
        {
            return new(questions.AskAsync(epoch.Cell, orderId));
        }

        metrics.Read(isHit: false, objection);
        return new(CacheRead<OrderSnapshot>.Bypass(objection));
    }

    public async ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder)
    {
        if (!keys.TryGetEpoch(orderId, out var epoch, out _))
        {
            return null;
        }

        var token = RandomNumberGenerator.GetHexString(TokenBytes * 2, lowercase: true);
        var leaseMs = Milliseconds(options.Value.Lease);
        var begin = ScriptCall.Begin(
            epoch.Entry(orderId),
            epoch.Lease(orderId),
            epoch.Log,
            token,
            leaseMs,
            takesOver: holder == LeaseHolder.Writer,
            ChangeLog.NewRecord(orderId));
        var reply = await begin.RunAsync(redis, epoch.Cell, "begin");
        return reply.Failure is null && (int)reply.Value == 1 ? new LeaseToken(token, holder) : null;
    }

    public ValueTask<PutResult> PutAsync(OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
        PutAsync(order, token, tags, keepEntry: true);

    /// <summary>
    /// A put whose entry is evicted at once: the indexes have the order, and no memory is spent on its entry.
    /// </summary>
    public ValueTask<PutResult> PutIntoIndexesAsync(OrderSnapshot order, LeaseToken? token) =>
        PutAsync(order, token, [], keepEntry: false);

    public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) =>
        keys.TryGetEpoch(orderId, out var epoch, out _)
        && redis.IsAnswering(epoch.Cell)
        && CacheTags.FindSeller(tags) is { } sellerId
            ? DropAsync(epoch, orderId, sellerId, tags)
            : new(false);

    /// <summary>What a put of an order sends.</summary>
    /// <param name="entry">The order as <see cref="EntryCodec"/> writes it; empty to keep no entry.</param>
    /// <param name="keepMs">How long to keep the entry, in milliseconds; 0: without limit.</param>
    internal static ScriptCall PutCall(
        CacheEpoch epoch,
        OrderSnapshot order,
        RedisValue entry,
        LeaseToken? token,
        IReadOnlyCollection<string> tags,
        long keepMs) =>
        ScriptCall.Put(
            epoch.Entry(order.Id),
            epoch.Lease(order.Id),
            epoch.Log,
            IndexesOf(epoch, order.SellerId),
            epoch.Stamps(tags),
            order.Version,
            entry,
            token is null ? NoToken : token.Value,
            keepMs,
            OrderMember.Of(order.Id),
            ChangeLog.NewRecord(order.Id),
            logsEqual: !IsBuilders(token, tags),
            Array.ConvertAll(Indexes, kind => (RedisValue)IndexScore.Of(kind, order)));

    internal static ScriptCall DropCall(
        CacheEpoch epoch, Guid orderId, string sellerId, IReadOnlyCollection<string> tags) =>
        ScriptCall.Drop(
            epoch.Entry(orderId),
            epoch.Lease(orderId),
            epoch.Log,
            IndexesOf(epoch, sellerId),
            epoch.Stamps(tags),
            ChangeLog.NewRecord(orderId));

    private static RedisKey[] IndexesOf(CacheEpoch epoch, string sellerId) =>
        Array.ConvertAll(Indexes, kind => epoch.Index(new IndexGroup(sellerId), kind));

    private async ValueTask<PutResult> PutAsync(
        OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags, bool keepEntry)
    {
        var result = keys.TryGetEpoch(order.Id, out var epoch, out _)
            ? await PutAsync(epoch, order, token, tags, keepEntry)
            : PutResult.Failed;
        metrics.Put(result);
        return result;
    }

    private async ValueTask<PutResult> PutAsync(
        CacheEpoch epoch, OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags, bool keepEntry)
    {
        RedisValue entry = keepEntry ? EntryCodec.Encode(order) : RedisValue.EmptyString;
        var keepMs = order.Status.IsTerminal() ? Milliseconds(options.Value.KeepTerminal) : 0;
        var isReaders = tags.Count == 0 && token is not { Holder: LeaseHolder.Writer };
        var timeout = isReaders
            ? options.Value.ReadTimeout
            : Longer(options.Value.PutTimeout, options.Value.ReadTimeout);
        var put = PutCall(epoch, order, entry, token, tags, keepMs);
        var reply = await put.RunAsync(redis, epoch.Cell, "put", timeout);
        questions.Remove(epoch.Cell, order.Id);
        if (reply.Failure is null)
        {
            if (!licences.IsPutValid(epoch, reply.AnsweredBy))
            {
                return PutResult.Failed;
            }

            return (int)reply.Value switch
            {
                1 => PutResult.Stored,
                2 => PutResult.Superseded,
                _ => PutResult.Rejected,
            };
        }

        return reply.Failure == BypassReason.Error && await DropAsync(epoch, order.Id, order.SellerId, tags)
            ? PutResult.Dropped
            : PutResult.Failed;
    }

    private async ValueTask<bool> DropAsync(
        CacheEpoch epoch, Guid orderId, string sellerId, IReadOnlyCollection<string> tags)
    {
        var drop = DropCall(epoch, orderId, sellerId, tags);
        var reply = await drop.RunAsync(redis, epoch.Cell, RedisNode.DropOperation);
        if (reply.Failure is not null || !licences.IsPutValid(epoch, reply.AnsweredBy))
        {
            return false;
        }

        metrics.Dropped();
        return true;
    }

    /// <summary>
    /// Whether the builder of an index puts: only it takes the lease as a writer does, without a change.
    /// </summary>
    private static bool IsBuilders(LeaseToken? token, IReadOnlyCollection<string> tags) =>
        tags.Count == 0 && token is { Holder: LeaseHolder.Writer };

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
