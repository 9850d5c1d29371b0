namespace Mes.Infrastructure.Events;

/// <summary>What one pass over the queue has done.</summary>
/// <param name="Count">How many events got a position.</param>
/// <param name="IsBusy">Another instance was at it, and may not have seen what this one was woken for.</param>
/// <param name="IsMore">Whether there is more of the queue to look at.</param>
internal readonly record struct NumberingResult(int Count, bool IsBusy, bool IsMore);
