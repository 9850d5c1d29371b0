namespace Mes.Application.Caching;

/// <summary>
/// Whole answers of queries, each a hit only while all its tags have the stamps that were read before its database query.
/// A lost stamp, a slow reader's answer, an evicted or restarted cache can only make a miss. No member throws because the
/// cache is away, and none takes longer than the cache's budget.
/// </summary>
public interface ITaggedCache
{
    /// <summary>Asks for answer and stamps together. Tags that have no stamp get one.</summary>
    ValueTask<TaggedRead> ReadAsync(string key, IReadOnlyCollection<string> tags);

    /// <returns>Whether the answer was stored.</returns>
    ValueTask<bool> StoreAsync(string key, TagStamps stamps, ReadOnlyMemory<byte> value);

    /// <summary>Gives the tags new stamps, so that no answer stored under the old ones is a hit any more.</summary>
    /// <returns>Whether it is done; when not, the outbox row that carries the tags must stay.</returns>
    ValueTask<bool> RenewAsync(IReadOnlyCollection<string> tags);
}
