namespace Mes.Domain.Webhooks;

/// <summary>Whether events are sent to a webhook.</summary>
public enum WebhookStatus
{
    /// <summary>Every event that it asks for is sent.</summary>
    Enabled,

    /// <summary>The service has stopped sending: nothing succeeded for too long. The seller may enable it.</summary>
    Paused,

    /// <summary>Nothing is sent until the seller enables it.</summary>
    Disabled,
}
