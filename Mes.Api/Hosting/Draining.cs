namespace Mes.Api.Hosting;

/// <summary>
/// Whether this instance is about to stop: it still serves requests, but load balancers should send it no new ones.
/// </summary>
internal sealed class Draining
{
    private int _hasBegun;

    public bool HasBegun => Volatile.Read(ref _hasBegun) == 1;

    /// <returns>False when draining had already begun.</returns>
    public bool Begin() => Interlocked.Exchange(ref _hasBegun, 1) == 0;
}
