using Mes.Api.Http;

namespace Mes.Api.Webhooks.Bodies;

/// <summary>How a webhook's secret is rotated.</summary>
internal sealed record RotateWebhookSecretBody : IOptionalBody
{
    /// <summary>For how many seconds the old secret signs as well; 86,400 if absent.</summary>
    public int? OverlapSeconds { get; init; }
}
