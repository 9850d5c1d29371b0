using Mes.Application.Snapshots;
using Mes.Application.Validation;
using Mes.Domain.Results;

namespace Mes.Application.Paging;

/// <summary>How lists use cursors, from the cache as from the database.</summary>
internal static class Cursors
{
    private static ValidationError Foreign => ValidationError.Of("cursor", "is not one that this list gave out to this caller");

    /// <returns>Null for the first page; a failure for a forged or foreign cursor.</returns>
    public static Result<PagePosition?> Read(this ICursorProtector cursors, string? cursor, string scope)
    {
        if (cursor is null)
        {
            return Result<PagePosition?>.Success(null);
        }

        return cursors.Unprotect(cursor, scope) is { } position ? Result<PagePosition?>.Success(position) : Foreign;
    }

    /// <returns>0 for the first page; a failure for a forged or foreign cursor.</returns>
    public static Result<long> ReadNumber(this ICursorProtector cursors, string? cursor, string scope)
    {
        if (cursor is null)
        {
            return 0;
        }

        return cursors.UnprotectNumber(cursor, scope) is { } number ? number : Foreign;
    }

    /// <summary>Cuts off what shows only that there is a next page.</summary>
    /// <param name="found">One more than the limit, if there are so many.</param>
    /// <param name="time">What the list is sorted by.</param>
    /// <returns>The page, and the cursor of the next one.</returns>
    public static (IReadOnlyList<OrderSnapshot> Items, string? Next) Cut(
        this ICursorProtector cursors, IReadOnlyList<OrderSnapshot> found, int limit, Func<OrderSnapshot, DateTimeOffset> time, string scope)
    {
        if (found.Count <= limit)
        {
            return (found, null);
        }

        var last = found[limit - 1];
        return ([.. found.Take(limit)], cursors.Protect(new PagePosition(time(last), last.Id), scope));
    }
}
