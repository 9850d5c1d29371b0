using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>A reply of <c>read.lua</c> with one cell's part of an index, interpreted.</summary>
internal sealed record IndexReply
{
    /// <summary>The part; null unless the reply has the readable entry of every order.</summary>
    public LocalIndexCopies.Part? Part { get; private init; }

    /// <summary>
    /// Members whose entries are missing, unreadable, or not those of an order that the query selects.
    /// </summary>
    public IReadOnlyList<string?> Broken { get; private init; } = [];

    /// <summary>Whether an entry or a member is corrupt rather than missing.</summary>
    public bool IsUnreadable { get; private init; }

    /// <param name="reply">
    /// An array: the members whose entries are missing, or totals, members, entries and stamp.
    /// </param>
    public static IndexReply Of(RedisResult[] reply, CacheEpoch epoch, IndexQuery query)
    {
        if (reply[0].Resp2Type != ResultType.Array)
        {
            return new IndexReply { Broken = [.. reply[1..].Select(member => (string?)member)] };
        }

        var members = (RedisResult[])reply[1]!;
        var entries = (RedisResult[])reply[2]!;
        var orders = new OrderSnapshot[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            var member = (string?)members[i];
            if (!OrderMember.TryParse(member, out var id)
                || EntryCodec.Decode(id, (byte[])entries[i]!) is not { } order
                || (query.Group.SellerId is { } sellerId && order.SellerId != sellerId)
                || !query.Selects(order))
            {
                return new IndexReply { Broken = [member], IsUnreadable = true };
            }

            orders[i] = order;
        }

        var selected = new SelectedOrders((int[])reply[0]!, orders);
        return new IndexReply { Part = new LocalIndexCopies.Part(epoch, (string)reply[3]!, selected) };
    }
}
