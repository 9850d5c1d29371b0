namespace Mes.Application.Orders;

/// <summary>
/// The limits of an order's values, for the validators and for the API's description. Lengths are in Unicode code
/// points.
/// </summary>
public static class OrderLimits
{
    public const int ExternalIdLength = 64;
    public const int SellerIdLength = 64;
    public const int FileNameLength = 255;
    public const int MinPolygonCount = 1;
    public const int MaterialLength = 64;
    public const int MinQuantity = 1;
    public const int MaxQuantity = 10_000;
    public const int NotesLength = 2000;
    public const int ReasonLength = 500;
    public const int CarrierLength = 64;
    public const int TrackingNumberLength = 64;

    /// <summary>How many orders one query may ask for by their ids.</summary>
    public const int MaxBatch = 100;

    /// <summary>Of an order's id in a body, well-formed or not.</summary>
    public const int IdTextLength = 64;

    /// <summary>
    /// For the whole text; each user adds the anchors of its dialect. .NET and ECMA-262 read the rest alike.
    /// </summary>
    public const string Sha256Pattern = "[0-9a-fA-F]{64}";
}
