namespace Mes.Api.Orders.Bodies;

/// <summary>What the order costs.</summary>
/// <param name="Amount">In units of the currency, with at most two decimals.</param>
/// <param name="Currency">ISO 4217, alphabetic.</param>
internal sealed record PriceBody(decimal? Amount, string? Currency);
