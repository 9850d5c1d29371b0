namespace Mes.Domain.Orders;

/// <summary>What the seller pays for the order.</summary>
public sealed record Price
{
    public const decimal MinAmount = 0.01m;
    public const decimal MaxAmount = 10_000_000m;

    /// <param name="amount">0.01 to 10,000,000, at most two decimals, in units of the currency.</param>
    /// <param name="currency">ISO 4217 alphabetic code.</param>
    public Price(decimal amount, string currency)
    {
        // Always two decimals: the same price must give the same bytes, fresh from a request or read from the database.
        Amount = decimal.Round(amount, 2) + 0.00m;
        Currency = currency;
    }

    /// <summary>In units of the currency, with two decimals.</summary>
    public decimal Amount { get; }

    /// <summary>ISO 4217, alphabetic.</summary>
    public string Currency { get; }
}
