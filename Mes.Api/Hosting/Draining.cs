namespace Mes.Api.Hosting;

/// <summary>Whether this instance is about to stop: it serves whoever comes, but nobody should be sent here any more.</summary>
internal sealed class Draining
{
    private int _hasBegun;

    public bool HasBegun => Volatile.Read(ref _hasBegun) == 1;

    /// <returns>False when it had begun before.</returns>
    public bool Begin() => Interlocked.Exchange(ref _hasBegun, 1) == 0;
}
