namespace Mes.Api.Orders.Bodies;

/// <summary>What the order costs.</summary>
internal sealed record PriceBody(decimal? Amount, string? Currency);
