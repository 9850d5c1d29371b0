using System.Globalization;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Coordination;

namespace Mes.Infrastructure.Caching.Keys;

/// <summary>
/// An order's score in an index: its time in Unix milliseconds, as in the database's keysets. In an index by status the
/// status leads, so that one <c>ZADD</c> moves an order from status to status.
/// </summary>
internal static class IndexScore
{
    /// <summary>Milliseconds until the year 4199. 127 times that is still exact as a score (2^53).</summary>
    private const long StatusWidth = 1L << 46;

    /// <returns>Empty where the order does not belong.</returns>
    public static string Of(IndexKind kind, OrderSnapshot order) =>
        ValueOf(kind, order) is { } score ? Text(score) : string.Empty;

    /// <summary>The time by which the index sorts the orders of a status, or all orders.</summary>
    public static long TimeOf(IndexKind kind, OrderSnapshot order) => kind switch
    {
        IndexKind.Board => Time(order.StatusChangedAt),
        IndexKind.SellerByChange or IndexKind.SellerByStatus => Time(order.UpdatedAt),
        IndexKind.SellerByCreation => Time(order.CreatedAt),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What the status adds to the score of its orders.</summary>
    public static long Base(OrderStatus status) => Number(status) * StatusWidth;

    /// <summary>
    /// The number of a status in scores, which other versions of the service read too. It does not follow the order of
    /// the enum, which a new status shifts (bug class 43): a new status gets the next number, wherever it stands in the
    /// enum, and a status that is removed leaves its number unused. A change of a number raises
    /// <see cref="CacheLayout.Current"/>. At most 127.
    /// </summary>
    internal static int Number(OrderStatus status) => status switch
    {
        OrderStatus.Submitted => 0,
        OrderStatus.PriceCalculated => 1,
        OrderStatus.ManufacturingApproved => 2,
        OrderStatus.ManufacturingStarted => 3,
        OrderStatus.ManufacturingCompleted => 4,
        OrderStatus.Packaging => 5,
        OrderStatus.Shipped => 6,
        OrderStatus.Closed => 7,
        OrderStatus.Cancelled => 8,
        OrderStatus.Rejected => 9,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Give the status a number here."),
    };

    /// <returns>Null where the order does not belong.</returns>
    public static long? ValueOf(IndexKind kind, OrderSnapshot order) => kind switch
    {
        IndexKind.Board when order.Status.IsTerminal() => null,
        IndexKind.Board or IndexKind.SellerByStatus => Base(order.Status) + TimeOf(kind, order),
        _ => TimeOf(kind, order),
    };

    /// <summary>The greatest time that a score tells apart.</summary>
    public static long LastTime => StatusWidth - 1;

    public static long Time(DateTimeOffset time) => Math.Clamp(time.ToUnixTimeMilliseconds(), 0, LastTime);

    public static string Text(long score) => score.ToString(CultureInfo.InvariantCulture);

    public static string Letters(this IndexKind kind) => kind switch
    {
        IndexKind.Board => "b",
        IndexKind.SellerByChange => "su",
        IndexKind.SellerByCreation => "sc",
        IndexKind.SellerByStatus => "ss",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
