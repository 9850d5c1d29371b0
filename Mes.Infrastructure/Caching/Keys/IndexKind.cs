namespace Mes.Infrastructure.Caching.Keys;

/// <summary>The sorted sets of orders in the cache.</summary>
internal enum IndexKind
{
    /// <summary>All active orders, by status and by the time since when they have been in it.</summary>
    Board,

    /// <summary>A seller's orders by the time of their last change.</summary>
    SellerByChange,

    /// <summary>A seller's orders by the time of their submission.</summary>
    SellerByCreation,

    /// <summary>A seller's orders by status and by the time of their last change.</summary>
    SellerByStatus,
}
