namespace Mes.Domain.Orders;

/// <summary>The 3D model that is to be made.</summary>
/// <param name="FileName">As the seller named it; 1 to 255 characters.</param>
/// <param name="Sha256">The hash of the model's file; 64 hexadecimal digits.</param>
/// <param name="PolygonCount">How many polygons the model has; at least 1.</param>
public sealed record Model3D(string FileName, string Sha256, long PolygonCount);
