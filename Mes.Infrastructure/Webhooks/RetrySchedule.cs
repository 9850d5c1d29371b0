namespace Mes.Infrastructure.Webhooks;

/// <summary>When a delivery that failed is tried again.</summary>
internal static class RetrySchedule
{
    /// <summary>A pause is up to so much shorter or longer: what failed together is not tried together.</summary>
    public const double Spread = 0.1;

    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>How many attempts there are.</summary>
    public static int Attempts => Pauses.Length + 1;

    /// <summary>No pause is longer.</summary>
    public static TimeSpan Longest => Pauses[^1] * (1 + Spread);

    /// <param name="failures">How many attempts have failed, 1 or more.</param>
    /// <param name="random">From 0 up to 1.</param>
    /// <returns>Null after the last attempt.</returns>
    public static TimeSpan? PauseAfter(int failures, double random) =>
        failures <= Pauses.Length ? Pauses[failures - 1] * (1 - Spread + (2 * Spread * random)) : null;
}
