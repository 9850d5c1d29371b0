using System.Text.Json.Serialization;

namespace Mes.Application.Events.GetEvents;

/// <summary>A part of the feed.</summary>
/// <param name="Items">
/// The events. Those of one order come in the order of its versions; times may go back between orders.
/// </param>
/// <param name="Next">Where to go on, also when there was nothing. Never null.</param>
/// <param name="HasMore">Whether more events are there already.</param>
/// <param name="End">The place that <paramref name="Next"/> is of.</param>
public sealed record EventPage(
    IReadOnlyList<EventDocument> Items, string Next, bool HasMore, [property: JsonIgnore] EventPosition End);
