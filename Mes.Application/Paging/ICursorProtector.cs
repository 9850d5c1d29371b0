using Mes.Application.Snapshots;

namespace Mes.Application.Paging;

/// <summary>Turns positions into cursors that only this service can create, each valid for one list only.</summary>
public interface ICursorProtector
{
    /// <param name="scope">The caller, and everything that selects and sorts the list, but not the page size.</param>
    string Protect(PagePosition position, string scope);

    /// <returns>Null when the cursor was not made by this service, or for another scope.</returns>
    PagePosition? Unprotect(string cursor, string scope);

    /// <summary>For lists that are numbered instead of sorted by time.</summary>
    /// <param name="number">The number of the last item.</param>
    /// <param name="scope">As above.</param>
    string ProtectNumber(long number, string scope);

    /// <returns>Null when the cursor was not made by this service, or for another scope.</returns>
    long? UnprotectNumber(string cursor, string scope);

    /// <summary>For lists whose positions are neither times nor numbers.</summary>
    /// <param name="text">The position of the last item. The holder of the cursor can read it.</param>
    /// <param name="scope">As above.</param>
    string ProtectText(string text, string scope);

    /// <returns>Null when the cursor was not made by this service, or for another scope.</returns>
    string? UnprotectText(string cursor, string scope);
}
