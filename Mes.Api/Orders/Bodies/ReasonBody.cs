namespace Mes.Api.Orders.Bodies;

/// <summary>Why the change is made.</summary>
internal sealed record ReasonBody(string? Reason);
