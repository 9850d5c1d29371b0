using System.Diagnostics.CodeAnalysis;
using Mes.Application.Caching;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Orders;

/// <summary>What the questions of a cell need: where to ask, a round trip, and whether an answer counts.</summary>
internal interface ICellAccess
{
    /// <inheritdoc cref="KeySpace.TryGetEpoch(int, out CacheEpoch, out BypassReason)"/>
    bool TryGetEpoch(out CacheEpoch epoch, [NotNullWhen(false)] out BypassReason? bypassReason);

    /// <summary>Sends a question; its own reads count as failed if no reply comes in time.</summary>
    /// <returns>The values of the log and of the entries (<see cref="OrderQuestion.ReadAsync"/>).</returns>
    ValueTask<RedisReply<RedisValue[]>> SendAsync(OrderQuestion question, TimeSpan timeout);

    /// <inheritdoc cref="Licences.Validate(Guid, CacheEpoch, DataSet)"/>
    HitValidity Validate(Guid orderId, CacheEpoch epoch, DataSet? answeredBy);

    /// <summary>Whether what an answer contains may be kept: as for a put, an overdue order may be among it.</summary>
    bool IsPutValid(CacheEpoch epoch, DataSet? answeredBy);
}
