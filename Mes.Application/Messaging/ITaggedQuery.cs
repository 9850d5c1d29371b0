namespace Mes.Application.Messaging;

/// <summary>
/// A query whose whole answer is cached under a key until something with one of its tags changes.
/// Its author writes the key and the tags, nothing else.
/// </summary>
/// <typeparam name="T">Written to JSON and read back; a record of plain values.</typeparam>
public interface ITaggedQuery<T> : IQuery<T>
{
    /// <summary>
    /// Unique among all tagged queries: the query's name and everything that its answer depends on but the data itself,
    /// the caller and the date included where they matter.
    /// </summary>
    string Key { get; }

    /// <summary>What the answer is made of; see <see cref="Caching.CacheTags"/>. At least one.</summary>
    IReadOnlyCollection<string> Tags { get; }
}
