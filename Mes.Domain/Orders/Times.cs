namespace Mes.Domain.Orders;

internal static class Times
{
    /// <summary>UTC in whole milliseconds: what the database keeps and what callers see, so that both agree.</summary>
    public static DateTimeOffset ToMilliseconds(this DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
}
