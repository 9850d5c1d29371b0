namespace Mes.Api.Hosting;

/// <summary>
/// Whether this instance is about to stop: it still serves requests, but load balancers should send it no new ones.
/// </summary>
internal sealed class Draining : IDisposable
{
    private readonly CancellationTokenSource _begun = new();
    private int _hasBegun;

    public bool HasBegun => Volatile.Read(ref _hasBegun) == 1;

    /// <summary>Cancelled when draining begins.</summary>
    public CancellationToken Begun => _begun.Token;

    /// <returns>False when draining had already begun.</returns>
    public bool Begin()
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) != 0)
        {
            return false;
        }

        _begun.Cancel();
        return true;
    }

    public void Dispose() => _begun.Dispose();
}
