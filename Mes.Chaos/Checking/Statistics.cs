namespace Mes.Chaos.Checking;

/// <summary>One answer of the statistics.</summary>
/// <param name="Entered">How often any order entered any status.</param>
internal readonly record struct Statistics(long Entered, long Start, long End, Source Source, byte Instance);
