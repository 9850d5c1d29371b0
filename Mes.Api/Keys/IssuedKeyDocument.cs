using Mes.Application.ApiKeys;

namespace Mes.Api.Keys;

/// <summary>A key that was just issued, with its secret.</summary>
/// <param name="Id">The part of the key between <c>mes_live_</c> and the next underscore.</param>
/// <param name="Role">seller, operator, service or admin.</param>
/// <param name="SellerId">The seller whose key it is; null for other roles.</param>
/// <param name="OperatorId">The operator whose key it is; null for other roles.</param>
/// <param name="Name">What the key is for; null where it was issued without a name.</param>
/// <param name="RotatedFrom">The id of the key that was rotated into this one; null where there is none.</param>
/// <param name="CreatedAt">When the key was issued.</param>
/// <param name="LastUsedAt">Null: it has not been used yet.</param>
/// <param name="ExpiresAt">From when on the key is refused; null for a key that does not expire.</param>
/// <param name="RevokedAt">Null: it is not revoked.</param>
/// <param name="Key">The whole key. This is the only time that it is shown.</param>
internal sealed record IssuedKeyDocument(
    string Id,
    string Role,
    string? SellerId,
    string? OperatorId,
    string? Name,
    string? RotatedFrom,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt,
    string Key)
{
    public static IssuedKeyDocument From(IssuedApiKey issued)
    {
        var key = ApiKeyDocument.From(issued.Stored, lastUsedAt: null);
        return new(
            key.Id,
            key.Role,
            key.SellerId,
            key.OperatorId,
            key.Name,
            key.RotatedFrom,
            key.CreatedAt,
            key.LastUsedAt,
            key.ExpiresAt,
            key.RevokedAt,
            issued.Text.Reveal());
    }
}
