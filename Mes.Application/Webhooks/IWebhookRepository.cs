using Mes.Domain.Webhooks;

namespace Mes.Application.Webhooks;

/// <summary>The webhooks, for commands that change them or have something sent.</summary>
public interface IWebhookRepository
{
    /// <summary>
    /// Waits until the feed has the changes that the seller's orders have had so far, but no longer than a second. What
    /// happened before a webhook was made is then not sent to it.
    /// </summary>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task SettleAsync(string sellerId, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a change of webhooks. Until it has been committed or has failed, no event gets a position in the feed,
    /// and no other change of webhooks goes on. So what it finds stays true, and each event is before it or after.
    /// </summary>
    /// <returns>The time by the database's clock, in whole milliseconds.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<DateTimeOffset> BeginChangeAsync(CancellationToken cancellationToken);

    void Add(Webhook webhook);

    /// <returns>Null when there is no such webhook.</returns>
    Task<Webhook?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <returns>How many webhooks the seller has.</returns>
    Task<int> CountAsync(string sellerId, CancellationToken cancellationToken);

    /// <summary>Deletes the webhook and drops what waits for it.</summary>
    Task RemoveAsync(Webhook webhook, CancellationToken cancellationToken);

    /// <summary>Drops what waits for the webhook, and forgets how its receiver has fared.</summary>
    Task DropAsync(Webhook webhook, CancellationToken cancellationToken);

    /// <summary>Puts a notice of a change that the seller has not made itself into the seller's feed.</summary>
    /// <param name="notice">The status and the reason, separated by a space.</param>
    void Notify(Webhook webhook, string notice, DateTimeOffset now);

    /// <summary>Counts a test or a replay.</summary>
    /// <returns>Null if it may begin; otherwise after how long it may.</returns>
    Task<TimeSpan?> CountCallAsync(Webhook webhook, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Has a test event sent at once.</summary>
    /// <returns>The event's id.</returns>
    Guid AddTest(Webhook webhook, DateTimeOffset now);

    /// <summary>Has an event sent again at once, out of turn, as often as it is asked for.</summary>
    /// <returns>False if the webhook has no delivery of the event.</returns>
    Task<bool> ReplayAsync(Webhook webhook, Guid eventId, CancellationToken cancellationToken);

    /// <summary>
    /// Has all events sent again, in turn, that failed for good or were dropped since a time.
    /// </summary>
    /// <returns>How many there are.</returns>
    Task<int> ReplayFailedAsync(Webhook webhook, DateTimeOffset since, CancellationToken cancellationToken);
}
