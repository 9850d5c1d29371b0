namespace Mes.Domain.Webhooks;

/// <summary>The limits of webhooks, for the validators and for the API's description.</summary>
public static class WebhookLimits
{
    /// <summary>How many webhooks a seller may have.</summary>
    public const int PerSeller = 10;

    public const int UrlLength = 2_048;

    public const int DescriptionLength = 500;

    public const int MaxOverlapSeconds = 86_400;

    /// <summary>How many tests and replays of a webhook may begin within <see cref="CallWindow"/>.</summary>
    public const int CallsPerWindow = 10;

    public static readonly TimeSpan CallWindow = TimeSpan.FromMinutes(1);
}
