namespace Mes.Application.Webhooks.ReplayFailedDeliveries;

/// <summary>What is sent again.</summary>
/// <param name="Count">How many events.</param>
public sealed record ReplayedDeliveries(int Count);
