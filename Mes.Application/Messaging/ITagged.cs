namespace Mes.Application.Messaging;

/// <summary>A command whose changes cached queries depend on.</summary>
public interface ITagged
{
    /// <summary>
    /// The tags of the cached queries whose answers this command changes. Their stored answers are no hits any more
    /// from the moment the command is acknowledged. Empty when no cached query depends on it.
    /// </summary>
    IReadOnlyCollection<string> Tags { get; }
}
