using System.Diagnostics.CodeAnalysis;
using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Orders;

/// <inheritdoc cref="ICellAccess"/>
internal sealed class CellAccess(int cell, RedisRouter redis, KeySpace keys, Licences licences) : ICellAccess
{
    public bool TryGetEpoch(out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? bypassReason) =>
        keys.TryGetEpoch(cell, out epoch, out bypassReason);

    public ValueTask<RedisReply<RedisValue[]>> SendAsync(OrderQuestion question, TimeSpan timeout) =>
        redis.SendAsync(cell, "get", timeout, question, OrderQuestion.ReadAsync, question.ReadCount);

    public HitValidity Validate(Guid orderId, CacheEpoch epoch, DataSet? answeredBy) =>
        licences.Validate(orderId, epoch, answeredBy);

    public bool IsPutValid(CacheEpoch epoch, DataSet? answeredBy) => licences.IsPutValid(epoch, answeredBy);
}
