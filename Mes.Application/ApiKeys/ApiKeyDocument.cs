using Mes.Domain.Callers;

namespace Mes.Application.ApiKeys;

/// <summary>An API key, without its secret.</summary>
/// <param name="Id">The part of the key between <c>mes_live_</c> and the next underscore.</param>
/// <param name="Role">seller, operator, service or admin.</param>
/// <param name="SellerId">The seller whose key it is; null for other roles.</param>
/// <param name="OperatorId">The operator whose key it is; null for other roles.</param>
/// <param name="Name">What the key is for; null where it was issued without a name.</param>
/// <param name="RotatedFrom">The id of the key that was rotated into this one; null where there is none.</param>
/// <param name="CreatedAt">When the key was issued.</param>
/// <param name="LastUsedAt">
/// The minute in which the key was last used, at most two minutes late; null for a key that has never been used.
/// </param>
/// <param name="ExpiresAt">From when on the key is refused; null for a key that does not expire.</param>
/// <param name="RevokedAt">When the key was revoked; null while it is not.</param>
public sealed record ApiKeyDocument(
    string Id,
    string Role,
    string? SellerId,
    string? OperatorId,
    string? Name,
    string? RotatedFrom,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    public static ApiKeyDocument From(ApiKey key, DateTimeOffset? lastUsedAt) => new(
        key.Id,
        Roles.NameOf(key.Role),
        key.Role == Domain.Callers.Role.Seller ? key.CallerId : null,
        key.Role == Domain.Callers.Role.Operator ? key.CallerId : null,
        key.Name,
        key.RotatedFrom,
        key.CreatedAt,
        lastUsedAt,
        key.ExpiresAt,
        key.RevokedAt);

    /// <summary>Whether the caller may know of this key: an administrator of all, a seller of its own.</summary>
    internal bool IsVisibleTo(Caller caller) =>
        caller.Role == Domain.Callers.Role.Admin
        || (caller.Role == Domain.Callers.Role.Seller && caller.Id == SellerId);
}
