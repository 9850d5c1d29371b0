namespace Mes.Infrastructure.Caching.Keys;

/// <summary>Indexes of the same orders, which are built together: the board's one, or the three of a seller.</summary>
/// <param name="SellerId">Null for the board.</param>
internal readonly record struct IndexGroup(string? SellerId)
{
    private static readonly IndexKind[] OfBoard = [IndexKind.Board];
    private static readonly IndexKind[] OfSeller = [IndexKind.SellerByChange, IndexKind.SellerByCreation, IndexKind.SellerByStatus];

    public static IndexGroup Board => default;

    public IReadOnlyList<IndexKind> Kinds => SellerId is null ? OfBoard : OfSeller;

    public override string ToString() => SellerId is null ? "board" : $"seller:{SellerId}";
}
