namespace Mes.Chaos.Checking;

/// <summary>The limits that the promises are checked against.</summary>
/// <param name="VisibleWithin">Milliseconds after which every answer must show a committed change (G2).</param>
/// <param name="HealsWithin">
/// Milliseconds after which the cache must be in use again after a fault, without intervention (G5).
/// </param>
internal sealed record Terms(double VisibleWithin = 2_000, double HealsWithin = 5_000)
{
    /// <summary>Milliseconds that each instance may take to notice that Redis refuses to work.</summary>
    public double NoticedWithin { get; } = 3_000;

    /// <summary>Milliseconds that most changes may take once the instances have noticed (G6).</summary>
    public double ChangesWithin { get; } = 1_000;

    /// <summary>Milliseconds after which the run stops waiting for the cache to be back.</summary>
    public double GivenUpAfter => Math.Max(30_000, HealsWithin);

    /// <summary>Milliseconds after which every licence from a replaced database has run out, with a margin.</summary>
    public double LicencesEndWithin { get; } = 1_500;
}
