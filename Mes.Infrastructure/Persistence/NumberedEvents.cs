namespace Mes.Infrastructure.Persistence;

/// <summary>What one look at the queue of events has done.</summary>
/// <param name="Count">How many events got a position.</param>
/// <param name="Seen">How many events were looked at.</param>
/// <param name="LastSeen">The highest id of these; 0 if there were none.</param>
/// <param name="OldestLeft">The lowest id of those that stay in the queue; null if there are none.</param>
public sealed record NumberedEvents(int Count, int Seen, long LastSeen, long? OldestLeft);
