namespace Mes.Application.Messaging;

/// <summary>
/// A command whose changes cached queries depend on. An <see cref="IOrderCommand"/> may be one too: its order's own tags are renewed in any
/// case (<see cref="Caching.CacheTags"/>), and those that it declares with them.
/// </summary>
public interface ITagged
{
    /// <summary>
    /// The tags of the cached queries whose answers this command changes. Their stored answers are no hits any more
    /// from the moment the command is acknowledged. Empty when no cached query depends on it. Each is a kind, or a kind, a colon and a
    /// value, without white space; a query may only have tags of a kind that some command declares.
    /// </summary>
    IReadOnlyCollection<string> Tags { get; }
}
