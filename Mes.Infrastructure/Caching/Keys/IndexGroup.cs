namespace Mes.Infrastructure.Caching.Keys;

/// <summary>Indexes of the same orders, which are built together: the board's one, or the three of a seller.</summary>
/// <param name="SellerId">Null for the board.</param>
internal readonly record struct IndexGroup(string? SellerId)
{
    private const long KeepEmpty = 60_000;

    private static readonly IndexKind[] OfBoard = [IndexKind.Board];
    private static readonly IndexKind[] OfSeller =
        [IndexKind.SellerByChange, IndexKind.SellerByCreation, IndexKind.SellerByStatus];

    public static IndexGroup Board => default;

    public IReadOnlyList<IndexKind> Kinds => SellerId is null ? OfBoard : OfSeller;

    /// <summary>
    /// How long the indexes are kept without any order after they were last read, in milliseconds; 0: without limit.
    /// Short for a seller's: a caller that may ask for any seller's orders may also ask for those of sellers that do
    /// not exist.
    /// </summary>
    public long KeepEmptyMilliseconds => SellerId is null ? 0 : KeepEmpty;

    /// <returns>How long the indexes are kept after they were last read, in milliseconds; 0: without limit.</returns>
    /// <param name="idle">That time for a seller's indexes.</param>
    public long KeepMilliseconds(TimeSpan idle) => SellerId is null ? 0 : (long)idle.TotalMilliseconds;

    public override string ToString() => SellerId is null ? "board" : $"seller:{SellerId}";
}
