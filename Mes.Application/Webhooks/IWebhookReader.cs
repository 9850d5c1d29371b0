using Mes.Application.Webhooks.ListDeliveries;

namespace Mes.Application.Webhooks;

/// <summary>Reads webhooks and their deliveries from the database, as last committed.</summary>
public interface IWebhookReader
{
    /// <param name="sellerId">Whose webhook it has to be.</param>
    /// <returns>Null when the seller has no such webhook.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<WebhookDocument?> FindAsync(Guid id, string sellerId, CancellationToken cancellationToken);

    /// <returns>The seller's webhooks, oldest first.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<WebhookDocument>> ListAsync(string sellerId, CancellationToken cancellationToken);

    /// <param name="after">Where the page before ended; null for the first page.</param>
    /// <param name="count">The most rows to return.</param>
    /// <returns>The log of a webhook, newest first.</returns>
    /// <exception cref="Persistence.DependencyUnavailableException">The database does not answer.</exception>
    Task<IReadOnlyList<LoggedDelivery>> ListDeliveriesAsync(
        Guid webhookId, DeliveryPosition? after, int count, CancellationToken cancellationToken);
}
