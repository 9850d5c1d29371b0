namespace Mes.Tests.Caching.Exploration;

/// <summary>Decides what happens next. The same decisions make the same schedule.</summary>
internal interface IStrategy
{
    /// <param name="moves">At least one; steps first, then faults, always in the same order.</param>
    /// <param name="last">Who took the last step.</param>
    int Choose(IReadOnlyList<Move> moves, Actor? last);
}
