namespace Mes.Chaos.Checking;

/// <summary>One order as one answer showed it. A run keeps millions of these, so the struct is small.</summary>
/// <param name="Order">The order's number in the history.</param>
/// <param name="Version">0 if the answer should have shown the order and did not.</param>
/// <param name="Status">Null if the answer does not show it (304).</param>
internal readonly record struct Read(
    int Order, int Version, long Start, long End, string? Status, ReadPath Path, Source Source, byte Instance,
        byte Client)
{
    /// <summary>
    /// Whether this is a call for a single order, in which a client never sees versions go back (G4).
    /// </summary>
    public bool IsSingle => Path is ReadPath.Order or ReadPath.Status or ReadPath.NotModified;
}
