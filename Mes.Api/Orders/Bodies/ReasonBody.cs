namespace Mes.Api.Orders.Bodies;

/// <summary>Why the change is made.</summary>
/// <param name="Reason">For people; kept in the order's history.</param>
internal sealed record ReasonBody(string? Reason);
