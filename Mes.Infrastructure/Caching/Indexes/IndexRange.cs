using Mes.Application.Paging;
using Mes.Infrastructure.Caching.Keys;

namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>A part of an index.</summary>
/// <param name="Base">What the status adds to each score.</param>
/// <param name="From">The earliest time.</param>
/// <param name="To">The latest time.</param>
/// <param name="After">Behind which to start; null for the start.</param>
/// <param name="Count">How many orders at the most.</param>
internal readonly record struct IndexRange(long Base, long From, long To, PagePosition? After, int Count)
{
    /// <summary>All orders of a status, from the start.</summary>
    public static IndexRange Whole(long statusBase, int count) => new(statusBase, 0, IndexScore.LastTime, null, count);
}
