namespace Mes.Application.Caching;

/// <summary>
/// Stores whole answers of queries. An answer is a hit only while all its tags have the stamps that were read before
/// its database query. So a lost stamp, a slow reader, an eviction or a restart of Redis can only cause a miss. No
/// member throws because Redis is away, and none takes longer than the cache's timeouts.
/// </summary>
public interface ITaggedCache
{
    /// <summary>Reads answer and stamps together. A tag without a stamp gets one.</summary>
    ValueTask<TaggedRead> ReadAsync(string key, IReadOnlyCollection<string> tags);

    /// <returns>Whether the answer was stored.</returns>
    ValueTask<bool> StoreAsync(string key, TagStamps stamps, ReadOnlyMemory<byte> value);

    /// <summary>Gives the tags new stamps, so that no answer stored under the old ones is a hit any more.</summary>
    /// <returns>Whether the tags were renewed; if not, the outbox row with the tags must stay.</returns>
    ValueTask<bool> RenewAsync(IReadOnlyCollection<string> tags);
}
