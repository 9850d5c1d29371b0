namespace Mes.Infrastructure.Webhooks;

/// <summary>Where the installation lets webhooks go.</summary>
public sealed record WebhookSettings
{
    /// <summary>
    /// Whether receivers may be at private addresses and take plain HTTP. For development: a seller could otherwise
    /// reach what is meant for the installation alone.
    /// </summary>
    public bool AllowPrivateAddresses { get; init; }

    /// <summary>
    /// The proxy that all deliveries go through; null for none. It then decides where a name leads, and has to refuse
    /// private addresses itself.
    /// </summary>
    public Uri? Proxy { get; init; }
}
