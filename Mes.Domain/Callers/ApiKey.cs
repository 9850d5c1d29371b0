using Mes.Domain.Results;

namespace Mes.Domain.Callers;

/// <summary>
/// An API key as it is stored: its holder and the hash of its secret. The secret itself is shown once and not stored.
/// </summary>
public sealed class ApiKey
{
    private ApiKey(string id, byte[] secretHash, Role role, string callerId, DateTimeOffset createdAt) =>
        (Id, SecretHash, Role, CallerId, CreatedAt) = (id, secretHash, role, callerId, createdAt);

    /// <summary>The public part of the key: <c>mes_live_&lt;id&gt;_&lt;secret&gt;</c>.</summary>
    public string Id { get; private init; }

    /// <summary>
    /// SHA-256 of the secret's characters in UTF-8. The secret has at least 256 random bits, so a slow hash is
    /// unnecessary.
    /// </summary>
    public byte[] SecretHash { get; private init; }

    public Role Role { get; private init; }

    /// <summary>The seller's, operator's, service's or administrator's id.</summary>
    public string CallerId { get; private init; }

    /// <summary>What the key is for, for people; null for a key without a name.</summary>
    public string? Name { get; private init; }

    /// <summary>The key that was rotated into this one; null for a key that was issued by itself.</summary>
    public string? RotatedFrom { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>From when on the key is not valid; null for a key that does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; private set; }

    /// <summary>
    /// Whether a key that was rotated into has been used, or rotated itself. It is recorded before the first request
    /// with the key is answered. For other keys it means nothing.
    /// </summary>
    public bool IsUsed { get; private set; }

    /// <summary>Null while the key is not revoked.</summary>
    public DateTimeOffset? RevokedAt { get; private set; }

    public Caller Caller => new(Role, CallerId);

    public static ApiKey Issue(
        string id,
        byte[] secretHash,
        Caller holder,
        DateTimeOffset now,
        string? name = null,
        DateTimeOffset? expiresAt = null) =>
        new(id, secretHash, holder.Role, holder.Id, now) { Name = name, ExpiresAt = expiresAt };

    public bool IsLive(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    /// <summary>Revoking again changes nothing.</summary>
    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;

    /// <summary>
    /// Makes the key that follows this one, for the same holder. This key expires after the overlap, or when it would
    /// have anyway. A successor that was made before and has never been used is replaced: its secret may have been lost
    /// with the answer.
    /// </summary>
    /// <param name="successors">The keys that this one was rotated into before, oldest first.</param>
    /// <param name="id">The new key's id.</param>
    /// <param name="secretHash">The hash of the new key's secret.</param>
    /// <param name="overlap">How long both keys are good.</param>
    /// <param name="now">The time, in whole milliseconds.</param>
    public Result<ApiKey> Rotate(
        IReadOnlyList<ApiKey> successors, string id, byte[] secretHash, TimeSpan overlap, DateTimeOffset now)
    {
        if (!IsLive(now))
        {
            return ApiKeyErrors.NotLive;
        }

        if (successors.Any(successor => successor.IsUsed))
        {
            return ApiKeyErrors.AlreadyRotated;
        }

        // The first rotation has cut this key's own life short; the successor still has the expiry from before.
        var expiresAt = successors is [.., var latest] ? latest.ExpiresAt : ExpiresAt;
        foreach (var successor in successors)
        {
            successor.Revoke(now);
        }

        IsUsed = true;
        var end = now + overlap;
        ExpiresAt = ExpiresAt < end ? ExpiresAt : end;
        return new ApiKey(id, secretHash, Role, CallerId, now) { Name = Name, RotatedFrom = Id, ExpiresAt = expiresAt };
    }
}
