namespace Mes.Domain.Callers;

/// <summary>Who makes a request.</summary>
/// <param name="Role">What the caller may do.</param>
/// <param name="Id">The seller's, operator's, service's or administrator's own id; unique within its role.</param>
public sealed record Caller(Role Role, string Id)
{
    /// <summary>
    /// A seller sees its own orders only; for it, those of others do not exist (bug class 20, tenant leak).
    /// </summary>
    public bool MaySee(string sellerId) => Role != Role.Seller || string.Equals(Id, sellerId, StringComparison.Ordinal);

    /// <summary>As in an order's history: <c>operator:anna</c>.</summary>
    public override string ToString() => $"{Role.ToString().ToLowerInvariant()}:{Id}";
}
