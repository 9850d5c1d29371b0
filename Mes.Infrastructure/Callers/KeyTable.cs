using System.Collections.Frozen;
using Mes.Domain.Callers;

namespace Mes.Infrastructure.Callers;

/// <summary>All keys that are good, and all sessions that have not expired, as of one moment.</summary>
/// <param name="Generation">
/// The generation of the database before the table was read: in another database the same revision may mean other keys.
/// </param>
/// <param name="Revision">The revision of the table, which every change of a key or session raises.</param>
/// <param name="AskedAt">
/// When the read began, by the instance's monotonic clock: the table is as new as that, or newer.
/// </param>
/// <param name="Sessions">By the hashes of their tokens in hexadecimal digits.</param>
internal sealed record KeyTable(
    long Generation,
    long Revision,
    long AskedAt,
    FrozenDictionary<string, KeyTable.Entry> Keys,
    FrozenDictionary<string, KeyTable.SessionEntry> Sessions)
{
    private readonly FrozenDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _byId =
        Keys.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <returns>Null when no good key has this id.</returns>
    public Entry? Find(ReadOnlySpan<char> id) => _byId.TryGetValue(id, out var entry) ? entry : null;

    /// <param name="GoodUntil">
    /// When the key expires: a timestamp of the instance's monotonic clock, so that setting a clock changes nothing.
    /// Null for a key that does not expire.
    /// </param>
    /// <param name="IsFresh">
    /// The key was rotated into and has never been used. Its first use is recorded before it is answered.
    /// </param>
    internal sealed record Entry(byte[] SecretHash, Caller Caller, long? GoodUntil, bool IsFresh, KeyUse Use)
    {
        private volatile bool _isMarked;

        /// <summary>
        /// Whether the use of the key must be recorded before it is answered. The next table says so by itself.
        /// </summary>
        public bool MustBeMarked => IsFresh && !_isMarked;

        public void Marked() => _isMarked = true;
    }

    /// <param name="KeyId">The session's key, which may no longer be good.</param>
    /// <param name="IsDisplay">Whether the session may read only.</param>
    /// <param name="GoodUntil">When the session expires, as for a key.</param>
    internal sealed record SessionEntry(string KeyId, bool IsDisplay, long GoodUntil);
}
