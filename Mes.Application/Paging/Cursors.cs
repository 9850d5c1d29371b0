using Mes.Application.Validation;
using Mes.Domain.Results;

namespace Mes.Application.Paging;

/// <summary>How list handlers use cursors.</summary>
internal static class Cursors
{
    /// <returns>Null for the first page; a failure for a forged or foreign cursor.</returns>
    public static Result<PagePosition?> Read(this ICursorProtector cursors, string? cursor, string scope)
    {
        if (cursor is null)
        {
            return Result<PagePosition?>.Success(null);
        }

        return cursors.Unprotect(cursor, scope) is { } position
            ? Result<PagePosition?>.Success(position)
            : ValidationError.Of("cursor", "is not one that this list gave out to this caller");
    }
}
