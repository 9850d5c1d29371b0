namespace Mes.Application.Webhooks;

/// <summary>Makes the secrets that sign deliveries, and encrypts them for the database.</summary>
public interface IWebhookSecrets
{
    /// <summary>False where the installation has no key to encrypt with. Then there are no webhooks.</summary>
    bool IsConfigured { get; }

    /// <summary>Makes a secret for a webhook.</summary>
    /// <returns>The secret as its receiver needs it, and as the database keeps it.</returns>
    (string Text, byte[] Sealed) Create(Guid webhookId);
}
