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

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>Null while the key is valid.</summary>
    public DateTimeOffset? RevokedAt { get; private set; }

    public Caller Caller => new(Role, CallerId);

    public static ApiKey Issue(string id, byte[] secretHash, Caller holder, DateTimeOffset now) =>
        new(id, secretHash, holder.Role, holder.Id, now);

    /// <summary>Revoking again changes nothing.</summary>
    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;
}
