namespace Mes.Tests.Caching.Exploration;

/// <summary>Decides what happens next. The same decisions make the same schedule.</summary>
internal interface IStrategy
{
    /// <param name="moves">At least one. Steps come first, then faults, always in the same order.</param>
    /// <param name="last">The actor that took the last step.</param>
    int Choose(IReadOnlyList<Move> moves, Actor? last);
}
