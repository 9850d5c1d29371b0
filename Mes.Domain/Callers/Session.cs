namespace Mes.Domain.Callers;

/// <summary>
/// A browser that its user has signed in with an API key, as it is stored: only the hash of the token that the browser
/// keeps. A session is worth its key, and nothing once the key is revoked or has expired.
/// </summary>
public sealed class Session
{
    /// <summary>How many live sessions a key has at most; displays are counted apart from the others.</summary>
    public const int LivePerKey = 20;

    private Session(
        byte[] tokenHash, string keyId, bool isDisplay, DateTimeOffset createdAt, DateTimeOffset expiresAt) =>
        (TokenHash, KeyId, IsDisplay, CreatedAt, ExpiresAt) = (tokenHash, keyId, isDisplay, createdAt, expiresAt);

    /// <summary>SHA-256 of the token's characters. The token has 256 random bits.</summary>
    public byte[] TokenHash { get; private init; }

    public string KeyId { get; private init; }

    /// <summary>Whether it is for a display on a wall: it may read and change nothing.</summary>
    public bool IsDisplay { get; private init; }

    public DateTimeOffset CreatedAt { get; private init; }

    /// <summary>From when on the session is not valid.</summary>
    public DateTimeOffset ExpiresAt { get; private init; }

    /// <param name="tokenHash">SHA-256 of the token.</param>
    /// <param name="keyId">The key that the user has signed in with.</param>
    /// <param name="isDisplay">Whether it may read only.</param>
    /// <param name="now">The time, in whole milliseconds.</param>
    /// <param name="lifetime">How long the session is valid.</param>
    public static Session Open(
        byte[] tokenHash, string keyId, bool isDisplay, DateTimeOffset now, TimeSpan lifetime) =>
        new(tokenHash, keyId, isDisplay, now, now + lifetime);
}
