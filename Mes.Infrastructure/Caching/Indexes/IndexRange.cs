using Mes.Application.Snapshots;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Scripts;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>A range of an index.</summary>
/// <param name="Base">What the status adds to each score; 0 in an index that is not by status.</param>
/// <param name="From">The earliest time, in Unix milliseconds.</param>
/// <param name="To">The latest time, in Unix milliseconds.</param>
/// <param name="After">The position to start behind; null for the start.</param>
/// <param name="Count">How many orders at most.</param>
internal readonly record struct IndexRange(long Base, long From, long To, PagePosition? After, int Count)
{
    /// <summary>The range for the script that reads an index.</summary>
    public RedisValue[] Arguments => ScriptCall.Range(
        low: Base + From,
        high: Base + To,
        Base,
        afterScore: After is null ? RedisValue.EmptyString : Base + IndexScore.Time(After.Time),
        afterMember: After is null ? RedisValue.EmptyString : OrderMember.Of(After.Id),
        Count);

    /// <summary>All orders of a status, from the start.</summary>
    public static IndexRange Whole(long statusBase, int count) => new(statusBase, 0, IndexScore.LastTime, null, count);
}
