namespace Mes.Chaos.Checking;

/// <summary>One answer with throughput figures.</summary>
/// <param name="Entered">How often orders entered each status.</param>
internal readonly record struct Statistics(long Entered, long Start, long End, Source Source, byte Instance);
