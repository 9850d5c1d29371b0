namespace Mes.Domain.Webhooks;

/// <summary>An address to which a seller has the events of its orders sent.</summary>
public sealed class Webhook
{
    /// <summary>Stands in <see cref="Types"/> for all types, those that come later included.</summary>
    public const string AllTypes = "*";

    private Webhook(Guid id, string sellerId, string url, byte[] secret, DateTimeOffset createdAt) =>
        (Id, SellerId, Url, Secret, CreatedAt) = (id, sellerId, url, secret, createdAt);

    public Guid Id { get; private init; }

    public string SellerId { get; private init; }

    public string Url { get; private set; }

    /// <summary>The types of the events that are sent, separated by spaces; or <see cref="AllTypes"/>.</summary>
    public string Types { get; private set; } = AllTypes;

    /// <summary>What the webhook is for, for people; null where the seller has not said.</summary>
    public string? Description { get; private set; }

    public WebhookStatus Status { get; private set; }

    /// <summary>One of <see cref="WebhookReasons"/>; null while it is enabled.</summary>
    public string? StatusReason { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>The secret that signs, encrypted.</summary>
    public byte[] Secret { get; private set; }

    /// <summary>The secret before the last rotation, encrypted; null where there is none.</summary>
    public byte[]? PreviousSecret { get; private set; }

    /// <summary>Until when the previous secret signs too.</summary>
    public DateTimeOffset? PreviousSecretUntil { get; private set; }

    public IReadOnlyList<string> TypeNames => Types.Split(' ');

    public static Webhook Register(
        Guid id,
        string sellerId,
        string url,
        IEnumerable<string> types,
        string? description,
        byte[] secret,
        DateTimeOffset now) =>
        new(id, sellerId, url, secret, now) { Types = string.Join(' ', types), Description = description };

    public void Send(string url) => Url = url;

    public void Send(IEnumerable<string> types) => Types = string.Join(' ', types);

    public void Describe(string? description) => Description = description;

    public void Enable() => (Status, StatusReason) = (WebhookStatus.Enabled, null);

    public void Disable(string reason) => (Status, StatusReason) = (WebhookStatus.Disabled, reason);

    /// <summary>
    /// Signs with a new secret from now on, and for the overlap with the present one as well. A secret from before that
    /// does not sign any more: at most two do.
    /// </summary>
    public void RotateSecret(byte[] secret, TimeSpan overlap, DateTimeOffset now)
    {
        PreviousSecret = overlap > TimeSpan.Zero ? Secret : null;
        PreviousSecretUntil = overlap > TimeSpan.Zero ? now + overlap : null;
        Secret = secret;
    }

    /// <summary>The secrets that sign at a time, the newest first.</summary>
    public IEnumerable<byte[]> SecretsAt(DateTimeOffset now) =>
        PreviousSecret is { } previous && PreviousSecretUntil > now ? [Secret, previous] : [Secret];
}
