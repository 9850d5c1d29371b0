namespace Mes.Chaos.Checking;

/// <summary>What the promises are held to.</summary>
/// <param name="VisibleWithin">Milliseconds after which a committed change shows everywhere (G2).</param>
/// <param name="HealsWithin">Milliseconds after which the cache is back in use after any fault, by itself (G5).</param>
internal sealed record Terms(double VisibleWithin = 2_000, double HealsWithin = 5_000)
{
    /// <summary>Milliseconds that every instance may need to notice that Redis refuses to work.</summary>
    public double NoticedWithin { get; } = 3_000;

    /// <summary>Milliseconds that most changes may take at most once that has been noticed (G6).</summary>
    public double ChangesWithin { get; } = 1_000;

    /// <summary>Milliseconds after which nobody waits for the cache to be back any longer.</summary>
    public double GivenUpAfter => Math.Max(30_000, HealsWithin);

    /// <summary>
    /// Milliseconds after which no licence is left that was given by a database that was replaced, with a margin.
    /// </summary>
    public double LicencesEndWithin { get; } = 1_500;
}
