namespace Mes.Chaos.Checking;

/// <summary>One answer with many orders: a list or the board.</summary>
/// <param name="Limit">The greatest number of items that the answer could have, on the board per column.</param>
/// <param name="Cards">The orders in the order of the answer.</param>
/// <param name="Counts">On the board: the number of orders in each status, as the answer says.</param>
internal sealed record Page(
    ReadPath Path,
    long Start,
    long End,
    Source Source,
    byte Instance,
    byte Client,
    int Limit,
    IReadOnlyList<Page.Card> Cards,
    IReadOnlyDictionary<string, int>? Counts = null)
{
    /// <param name="Column">On the board: the column of the order.</param>
    /// <param name="UpdatedAt">In lists: the time of the last change, in Unix milliseconds.</param>
    internal readonly record struct Card(
        int Order, int Version, string? Status, string? Column = null, long UpdatedAt = 0);
}
