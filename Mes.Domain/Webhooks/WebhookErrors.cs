using Mes.Domain.Results;

namespace Mes.Domain.Webhooks;

/// <summary>All expected failures of webhooks.</summary>
public static class WebhookErrors
{
    /// <summary>The same for a webhook that never existed and for one of another seller.</summary>
    public static Error NotFound { get; } = new("not-found", "There is no such webhook.");

    /// <summary>The event was never meant for the webhook, or its delivery is no longer kept.</summary>
    public static Error NoDelivery { get; } = new("not-found", "The webhook has no delivery of this event.");

    public static Error TooMany { get; } = new(
        "too-many-webhooks", $"The seller has {WebhookLimits.PerSeller} webhooks already. Delete one first.");

    public static Error NotEnabled { get; } = new(
        "webhook-not-enabled", "Nothing is sent to the webhook. Enable it first.");

    public static Error NotConfigured { get; } = new(
        "webhooks-not-configured", "This installation has no key to encrypt webhooks' secrets with.");

    public static Error OtherSeller { get; } = new("forbidden", "A seller may list its own webhooks only.");

    public static Error OnlyDisable { get; } = new(
        "forbidden", "An administrator may set a webhook's status to disabled, and nothing else.");

    /// <summary>More tests and replays than a webhook may have.</summary>
    /// <param name="wait">After how long the next one may begin.</param>
    public static Error TooManyCalls(TimeSpan wait) => new(
        "rate-limited",
        $"At most {WebhookLimits.CallsPerWindow} tests and replays of a webhook may begin within a minute.")
    {
        RetryAfter = wait,
    };
}
