namespace Mes.Chaos.Checking;

/// <summary>One answer with many orders: a list or the board.</summary>
/// <param name="Limit">How many items it may have had, on the board in each column.</param>
/// <param name="Cards">In the order of the answer.</param>
/// <param name="Counts">On the board: how many orders there are in each status, as the answer says.</param>
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
    /// <param name="Column">On the board: in which column it stands.</param>
    /// <param name="UpdatedAt">In lists: Unix milliseconds.</param>
    internal readonly record struct Card(
        int Order, int Version, string? Status, string? Column = null, long UpdatedAt = 0);
}
