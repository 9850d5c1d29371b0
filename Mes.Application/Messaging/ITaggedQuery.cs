namespace Mes.Application.Messaging;

/// <summary>
/// A query whose whole answer is cached under a key until something with one of its tags changes.
/// Its author writes the key and the tags, nothing else.
/// </summary>
/// <typeparam name="T">Written to JSON and read back; a record of plain values.</typeparam>
public interface ITaggedQuery<T> : IQuery<T>
{
    /// <summary>
    /// Everything that the answer depends on but the data itself, the caller and the date included where they matter. Unique among the keys
    /// of this query: its name, and the shape of its answer, stand before it. Whoever gives an answer of the same shape another meaning
    /// changes the key.
    /// </summary>
    string Key { get; }

    /// <summary>
    /// What the answer is made of: at least one. Each is of a kind that something renews: those of <see cref="Caching.CacheTags"/>,
    /// and those that a command declares (<see cref="ITagged"/>). Otherwise the service does not start.
    /// </summary>
    IReadOnlyCollection<string> Tags { get; }
}
