namespace Mes.Chaos.Checking;

/// <summary>What the promises are held to.</summary>
/// <param name="VisibleWithin">Milliseconds after which a committed change shows everywhere (G2).</param>
/// <param name="HealsWithin">Milliseconds after which the cache is back in use after any fault, by itself (G5).</param>
internal sealed record Terms(double VisibleWithin = 2_000, double HealsWithin = 30_000);
