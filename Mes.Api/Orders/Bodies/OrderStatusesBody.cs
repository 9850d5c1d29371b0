namespace Mes.Api.Orders.Bodies;

/// <summary>The orders whose statuses are asked for.</summary>
/// <param name="Ids">
/// The orders' ids, 1 to 100. A malformed one names no order; one that is given more than once counts once.
/// </param>
internal sealed record OrderStatusesBody(IReadOnlyList<string?>? Ids);
