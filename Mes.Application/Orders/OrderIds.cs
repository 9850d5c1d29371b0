namespace Mes.Application.Orders;

/// <summary>Ids of orders as callers write them.</summary>
public static class OrderIds
{
    private const int Length = 36;

    /// <summary>
    /// A malformed id names no order. The framework alone would also take spaces around it, and signs within.
    /// </summary>
    public static bool TryParse(string text, out Guid orderId)
    {
        Span<char> canonical = stackalloc char[Length];
        return Guid.TryParseExact(text, "D", out orderId)
            && orderId.TryFormat(canonical, out _)
            && canonical.Equals(text, StringComparison.OrdinalIgnoreCase);
    }
}
