namespace Mes.Application.Orders.SubmitOrder;

/// <summary>The 3D model as it was sent, not validated yet.</summary>
/// <param name="FileName">As the seller names the model's file.</param>
/// <param name="Sha256">Of the model's file, in hexadecimal digits.</param>
/// <param name="PolygonCount">How many polygons the model has.</param>
public sealed record SubmittedModel(string? FileName, string? Sha256, long? PolygonCount);
