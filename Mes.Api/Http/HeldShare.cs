namespace Mes.Api.Http;

/// <summary>
/// The share of its caller that a request holds which may wait. A request that only waits takes nothing from others of
/// the same caller, so it gives the share back.
/// </summary>
internal sealed record HeldShare(IDisposable Share)
{
    /// <summary>May be called more than once.</summary>
    public void GiveBack() => Share.Dispose();
}
