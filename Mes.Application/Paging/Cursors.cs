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

    /// <summary>The cursor of the next page. It is the caller's own, so requests never share it.</summary>
    /// <param name="found">One item more than the limit, if there is a next page.</param>
    /// <param name="time">The time that the list is sorted by.</param>
    /// <returns>Null on the last page.</returns>
    public static string? Next(
        this ICursorProtector cursors,
        IReadOnlyList<OrderSnapshot> found,
        int limit,
        Func<OrderSnapshot, DateTimeOffset> time,
        string scope)
    {
        if (found.Count <= limit)
        {
            return null;
        }

        var last = found[limit - 1];
        return cursors.Protect(new PagePosition(time(last), last.Id), scope);
    }
}
