namespace Mes.Chaos.Checking;

/// <summary>One order, as one answer told it. Millions of these are kept, so it is small.</summary>
/// <param name="Order">Its number in the history.</param>
/// <param name="Version">0 when the answer should have shown the order and did not.</param>
/// <param name="Status">Null where the answer does not tell it (304).</param>
internal readonly record struct Read(
    int Order, int Version, long Start, long End, string? Status, ReadPath Path, Source Source, byte Instance,
        byte Client)
{
    /// <summary>One of the calls for one order: of these a client never sees versions go back (G4).</summary>
    public bool IsSingle => Path is ReadPath.Order or ReadPath.Status or ReadPath.NotModified;
}
