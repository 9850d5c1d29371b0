namespace Mes.Application.Messaging;

/// <summary>
/// A query whose whole answer is cached under a key until something with one of its tags changes. Its author writes the
/// key and the tags, nothing else.
/// </summary>
/// <typeparam name="T">Serialised to JSON and back; a record of plain values.</typeparam>
public interface ITaggedQuery<T> : IQuery<T>
{
    /// <summary>
    /// Everything that the answer depends on besides the data: also the caller and the date, where they matter. Unique
    /// among this query's keys; the pipeline prefixes the query's name and the shape of its answer. Change the key when
    /// an answer of the same shape gets another meaning.
    /// </summary>
    string Key { get; }

    /// <summary>
    /// What the answer is computed from: at least one tag. Each is of a kind of <see cref="Caching.CacheTags"/>, or of
    /// one that a command declares (<see cref="ITagged"/>); otherwise the service does not start.
    /// </summary>
    IReadOnlyCollection<string> Tags { get; }
}
