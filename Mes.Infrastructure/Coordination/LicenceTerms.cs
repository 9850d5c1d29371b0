namespace Mes.Infrastructure.Coordination;

/// <summary>
/// The times and limits of licences. All instances must agree on them: changing one requires a new epoch.
/// </summary>
internal static class LicenceTerms
{
    /// <summary>How often each instance polls the database.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a poll's result is a licence, from the moment the query was sent (T).</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After this time every licence granted before has expired for certain. The margin allows for clocks that run at
    /// different rates and for the time between reading a clock and acting on it.
    /// </summary>
    public static readonly TimeSpan AllExpired = Term + TimeSpan.FromMilliseconds(200);

    /// <summary>How long an outage mark stands without being renewed.</summary>
    public static readonly TimeSpan OutageMarkLifetime = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A licence can exclude this many overdue orders. If more are overdue, it covers no order at all. The number grows
    /// with the cells, so that a cell whose node is away does not disable the others.
    /// </summary>
    public static int MaxOverdueOrders(int cells) => 100 * cells;
}
