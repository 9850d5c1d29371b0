namespace Mes.Infrastructure.Coordination;

/// <summary>
/// The times that the licences rest on. All instances must agree on them: another length is a new epoch.
/// </summary>
internal static class LicenceTerms
{
    /// <summary>How often the database is asked.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an answer is a licence, counted from the moment it was asked for (T).</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(1);

    /// <summary>
    /// When every licence given before is over for certain: the term, and a margin for clocks that do not run alike and for
    /// the time between looking at a clock and acting on it.
    /// </summary>
    public static readonly TimeSpan AllExpired = Term + TimeSpan.FromMilliseconds(200);

    /// <summary>With more orders named than this, nothing is covered. A hundred for each cell: one whose node is away must not take the others with it.</summary>
    public static int MaxOverdueOrders(int cells) => 100 * cells;

    /// <summary>How long an outage mark stands without being renewed.</summary>
    public static readonly TimeSpan OutageMarkLifetime = TimeSpan.FromSeconds(10);
}
