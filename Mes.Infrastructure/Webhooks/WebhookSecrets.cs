using System.Security.Cryptography;
using Mes.Application.Webhooks;
using Mes.Domain.Webhooks;
using Mes.Infrastructure.Secrets;

namespace Mes.Infrastructure.Webhooks;

/// <summary>The secrets of webhooks: 32 random bytes each, of the 24 to 64 that Standard Webhooks allows.</summary>
internal sealed class WebhookSecrets(SecretProtector protector) : IWebhookSecrets
{
    public const string Prefix = "whsec_";

    private const int SecretBytes = 32;

    public bool IsConfigured => protector.IsConfigured;

    public (string Text, byte[] Sealed) Create(Guid webhookId)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretBytes);
        return (Prefix + Convert.ToBase64String(secret), protector.Protect(secret, BelongsTo(webhookId)));
    }

    /// <summary>The secrets that sign at a time, the newest first.</summary>
    /// <returns>Null if one of them was encrypted with a key that this instance does not have.</returns>
    public IReadOnlyList<byte[]>? Open(Webhook webhook, DateTimeOffset now)
    {
        List<byte[]> secrets = [];
        foreach (var data in webhook.SecretsAt(now))
        {
            if (protector.Unprotect(data, BelongsTo(webhook.Id)) is not { } secret)
            {
                return null;
            }

            secrets.Add(secret);
        }

        return secrets;
    }

    private static byte[] BelongsTo(Guid webhookId) => webhookId.ToByteArray();
}
