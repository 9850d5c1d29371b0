namespace Mes.Application.Webhooks.ListDeliveries;

/// <summary>A page of the log of a webhook.</summary>
/// <param name="Items">Attempts, and events without one, newest first.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last.</param>
public sealed record DeliveryPage(IReadOnlyList<DeliveryDocument> Items, string? Next);
