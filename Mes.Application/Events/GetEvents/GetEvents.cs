using Mes.Application.Messaging;
using Mes.Domain.Callers;

namespace Mes.Application.Events.GetEvents;

/// <summary>What there is now in the feed, from some place on; a seller's own, or all.</summary>
/// <param name="Cursor">Where the follower goes on; null if it begins.</param>
/// <param name="Start">Where it begins; null means the oldest event, or that there is a cursor.</param>
/// <param name="Limit">The most events.</param>
/// <param name="Wait">
/// For how many seconds the endpoint holds the call while there is nothing; the query itself never waits.
/// </param>
public sealed record GetEvents(Caller Caller, string? Cursor, EventStart? Start, int Limit, int Wait)
    : IQuery<EventPage>
{
    public const int MaxLimit = 500;
    public const int DefaultLimit = 100;
    public const int MaxWait = 30;

    /// <summary>The seller whose events the caller sees; null for all.</summary>
    public string? SellerId => Caller.Role == Role.Seller ? Caller.Id : null;

    /// <summary>What a cursor is bound to: the seller, or those who see all.</summary>
    internal string CursorScope => $"events\n{SellerId}";
}
