using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>One round trip to Redis for all reads of a cell that waited when it was closed.</summary>
/// <param name="number">Grows with each question of the cell; questions are sent in this order.</param>
/// <param name="epoch">The epoch in which the cell is asked.</param>
/// <param name="stamp">The stamp up to which the copies that its reads take along were current.</param>
internal sealed class OrderQuestion(long number, CacheEpoch epoch, ulong? stamp)
{
    private readonly Dictionary<Guid, AskedOrder> _orders = [];
    private readonly List<RedisKey> _keys = [epoch.Log];

    public long Number => number;

    public CacheEpoch Epoch => epoch;

    public ulong? Stamp => stamp;

    /// <summary>How many reads it answers.</summary>
    public int ReadCount { get; private set; }

    /// <summary>When the read that has waited longest asked: a timestamp.</summary>
    public long OldestAskedAt { get; private set; } = long.MaxValue;

    public IReadOnlyCollection<AskedOrder> Orders => _orders.Values;

    /// <summary>Reads whose time was over before the question was sent.</summary>
    public List<OrderRead> Expired { get; } = [];

    public int EntryCount => _keys.Count - 1;

    public AskedOrder? Find(Guid orderId) => _orders.GetValueOrDefault(orderId);

    public AskedOrder Add(Guid orderId, NearCopy? copy) => _orders[orderId] = new AskedOrder(orderId, copy);

    /// <summary>Has the question read the order's entry, and not only the log.</summary>
    public void ReadEntry(AskedOrder order)
    {
        if (order.Entry is null)
        {
            order.Entry = EntryCount;
            _keys.Add(epoch.Entry(order.OrderId));
        }
    }

    public void Join(AskedOrder order, OrderRead read)
    {
        order.Reads.Add(read);
        OldestAskedAt = Math.Min(OldestAskedAt, read.AskedAt);
        ReadCount++;
    }

    /// <summary>Sends questions to the servers that have their cells.</summary>
    public static SendQuestion Through(RedisRouter redis) =>
        (question, timeout) => redis.SendAsync(
            question.Epoch.Cell, "get", timeout, question, ReadAsync, question.ReadCount);

    /// <returns>
    /// The log, and behind it the entries. The log is read first: a server may read several keys one after the other,
    /// and an entry that is older than the log would pass for current.
    /// </returns>
    private static async Task<RedisValue[]> ReadAsync(IDatabase database, OrderQuestion question) =>
        question._keys is [var log]
            ? [await MasterReads.GetAsync(database, log)]
            : await MasterReads.GetAsync(database, [.. question._keys], absent: question.Epoch.EntryPrefix);

    /// <summary>Tells all reads that have no answer the same.</summary>
    public void AnswerRest(CacheRead<OrderSnapshot> answer)
    {
        foreach (var order in _orders.Values)
        {
            order.Answer ??= answer;
        }
    }
}
