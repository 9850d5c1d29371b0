using Mes.Application.Snapshots;
using Mes.Application.Validation;
using Mes.Domain.Results;

namespace Mes.Application.Paging;

/// <summary>What all paged queries do with cursors.</summary>
internal static class Cursors
{
    private static ValidationError Foreign =>
        ValidationError.Of("cursor", "was not issued to this caller for this list");

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

    /// <returns>Null for the first page; a failure for a forged or foreign cursor.</returns>
    public static Result<string?> ReadText(this ICursorProtector cursors, string? cursor, string scope)
    {
        if (cursor is null)
        {
            return Result<string?>.Success(null);
        }

        return cursors.UnprotectText(cursor, scope) is { } text ? Result<string?>.Success(text) : Foreign;
    }

    /// <summary>Cuts off the extra item that only shows that there is a next page.</summary>
    /// <param name="found">Up to one item more than the limit.</param>
    /// <param name="time">The time that the list is sorted by.</param>
    /// <returns>The page, and the cursor of the next one.</returns>
    public static (IReadOnlyList<OrderSnapshot> Items, string? Next) Cut(
        this ICursorProtector cursors,
        IReadOnlyList<OrderSnapshot> found,
        int limit,
        Func<OrderSnapshot, DateTimeOffset> time,
        string scope)
    {
        if (found.Count <= limit)
        {
            return (found, null);
        }

        var last = found[limit - 1];
        return ([.. found.Take(limit)], cursors.Protect(new PagePosition(time(last), last.Id), scope));
    }
}
