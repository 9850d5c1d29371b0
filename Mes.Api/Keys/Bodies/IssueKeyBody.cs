namespace Mes.Api.Keys.Bodies;

/// <summary>A new key.</summary>
/// <param name="Role">What the key's holder may do.</param>
/// <param name="SellerId">The seller whose key it is; required for the role seller, and for no other.</param>
/// <param name="OperatorId">The operator whose key it is; required for the role operator, and for no other.</param>
/// <param name="Name">
/// What the key is for. A service's or administrator's name also stands in the orders' history.
/// </param>
/// <param name="ExpiresAt">From when on the key is refused, with any offset; a key without it does not expire.</param>
internal sealed record IssueKeyBody(
    string? Role, string? SellerId, string? OperatorId, string? Name, DateTimeOffset? ExpiresAt);
