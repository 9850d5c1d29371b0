namespace Mes.Application.Orders.SubmitOrder;

/// <summary>The 3D model as it was sent, not validated yet.</summary>
public sealed record SubmittedModel(string? FileName, string? Sha256, long? PolygonCount);
