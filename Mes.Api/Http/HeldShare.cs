namespace Mes.Api.Http;

/// <summary>
/// The share of its caller that a request holds which may wait. A request that only waits takes nothing from others of
/// the same caller, so it gives the share back.
/// </summary>
internal sealed class HeldShare(CallerShares.Share share) : IDisposable
{
    private int _isGivenBack;

    /// <summary>May be called more than once.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
        {
            share.Dispose();
        }
    }
}
