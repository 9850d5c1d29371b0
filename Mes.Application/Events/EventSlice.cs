namespace Mes.Application.Events;

/// <summary>A part of the feed.</summary>
/// <param name="Items">The events, in the order of their positions.</param>
/// <param name="End">
/// Where to go on. If nothing more is there, this is behind events of other sellers too, which are not among the items.
/// </param>
/// <param name="HasMore">Whether there are more events for the same follower.</param>
public sealed record EventSlice(IReadOnlyList<FeedEvent> Items, EventPosition End, bool HasMore);
