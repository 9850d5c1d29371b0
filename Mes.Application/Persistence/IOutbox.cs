namespace Mes.Application.Persistence;

/// <summary>
/// The changes that the cache may not have yet. The database itself writes a row with every change, in its transaction;
/// the relay repairs what is left behind.
/// </summary>
public interface IOutbox
{
    /// <summary>The cache has this version of the order, or a newer one: its row can go. Returns at once; rows go in batches.</summary>
    void PutConfirmed(Guid orderId, int version);

    /// <summary>
    /// The cache could not be brought to this version of the order. Comes back when that may be acknowledged all the same:
    /// another instance has put it, or no instance answers this order from the cache any more.
    /// </summary>
    /// <param name="hasRow">False when the request changed nothing, and so has no row of its own.</param>
    /// <exception cref="DependencyUnavailableException">The database is away: nobody knows, so nothing may be acknowledged.</exception>
    Task HandOverAsync(Guid orderId, int version, IReadOnlyCollection<string> tags, bool hasRow);

    /// <summary>The tags that this request committed have new stamps: their row can go.</summary>
    void TagsConfirmed();

    /// <summary>
    /// As <see cref="HandOverAsync"/>, for tags. Where this request has committed no row with them, it gets one of its own.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">The database is away.</exception>
    Task HandOverTagsAsync(IReadOnlyCollection<string> tags);
}
