namespace Mes.Domain.Webhooks;

/// <summary>Why nothing is sent to a webhook, as callers see it.</summary>
public static class WebhookReasons
{
    /// <summary>Paused: no attempt succeeded in five days of attempts.</summary>
    public const string NoSuccess = "no-success";

    /// <summary>Disabled: the receiver answered 410.</summary>
    public const string Gone = "gone";

    /// <summary>Disabled by the seller.</summary>
    public const string Seller = "seller";

    /// <summary>Disabled by an administrator.</summary>
    public const string Admin = "admin";

    public static IReadOnlyList<string> All { get; } = [NoSuccess, Gone, Seller, Admin];
}
