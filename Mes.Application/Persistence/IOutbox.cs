namespace Mes.Application.Persistence;

/// <summary>
/// The changes that the cache may not have yet. The database writes a row with every change, in its transaction; the
/// relay repairs the changes whose rows stay.
/// </summary>
public interface IOutbox
{
    /// <summary>
    /// The cache has this version of the order, or a newer one, so its row can be deleted. Returns at once; rows are
    /// deleted in batches.
    /// </summary>
    void PutConfirmed(Guid orderId, int version);

    /// <summary>
    /// Hands over a version that could not be put. Returns when the change may be acknowledged anyway: another instance
    /// has put it, or no instance answers this order from the cache any more.
    /// </summary>
    /// <param name="hasRow">False when the request changed nothing, and so has no row of its own.</param>
    /// <exception cref="DependencyUnavailableException">
    /// The database does not answer. The state is unknown, so the change must not be acknowledged.
    /// </exception>
    Task HandOverAsync(Guid orderId, int version, IReadOnlyCollection<string> tags, bool hasRow);

    /// <summary>The tags that this request committed have new stamps, so their row can be deleted.</summary>
    void TagsConfirmed();

    /// <summary>
    /// The same as <see cref="HandOverAsync"/>, for tags. A request that has committed no row with them gets one now.
    /// </summary>
    /// <exception cref="DependencyUnavailableException">The database does not answer.</exception>
    Task HandOverTagsAsync(IReadOnlyCollection<string> tags);
}
