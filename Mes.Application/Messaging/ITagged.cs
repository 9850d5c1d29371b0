namespace Mes.Application.Messaging;

/// <summary>
/// A command that changes what cached queries depend on. An <see cref="IOrderCommand"/> may be one too: the pipeline
/// then renews these tags together with those of its order (<see cref="Caching.CacheTags"/>).
/// </summary>
public interface ITagged
{
    /// <summary>
    /// The tags of the cached queries whose answers this command changes; empty when there are none. From the moment
    /// the command is acknowledged, their stored answers are no longer hits. A tag is a kind, or a kind, a colon and a
    /// value, without white space. A query may only use kinds that some command declares.
    /// </summary>
    IReadOnlyCollection<string> Tags { get; }
}
