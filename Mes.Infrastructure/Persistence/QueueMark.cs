namespace Mes.Infrastructure.Persistence;

/// <summary>How far the ids of the queue had been drawn at some moment.</summary>
/// <param name="LastId">The highest id that had been drawn; 0 if none had.</param>
/// <param name="Transaction">A transaction that began after that: every id up to then was drawn by an earlier one.
/// </param>
public sealed record QueueMark(long LastId, long Transaction);
