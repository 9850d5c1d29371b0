namespace Mes.Api.Webhooks.Bodies;

/// <summary>Which events are sent again.</summary>
/// <param name="Since">Those that failed for good or were dropped from this time on, with any offset.</param>
internal sealed record ReplayFailedBody(DateTimeOffset? Since);
