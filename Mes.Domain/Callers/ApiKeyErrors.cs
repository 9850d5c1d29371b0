using Mes.Domain.Results;

namespace Mes.Domain.Callers;

/// <summary>All expected failures of API keys.</summary>
public static class ApiKeyErrors
{
    /// <summary>The same for a key that never existed and for one of another seller.</summary>
    public static Error NotFound { get; } = new("not-found", "There is no such key.");

    public static Error NotLive { get; } =
        new("key-not-live", "The key is revoked or has expired, so it cannot be rotated.");

    public static Error AlreadyRotated { get; } =
        new("already-rotated", "The key has been rotated, and its successor is in use. Rotate the successor.");

    public static Error LastAdminKey { get; } =
        new("last-admin-key", "No other admin key without expiry would be left. Issue one first.");

    public static Error TooMany { get; } = new(
        "too-many-keys", $"The seller has {ApiKeyLimits.LivePerSeller} live keys already. Revoke one first.");

    public static Error OnlyItself { get; } = new("forbidden", "A seller's key may rotate itself only.");

    public static Error OtherSeller { get; } = new("forbidden", "A seller may list its own keys only.");
}
