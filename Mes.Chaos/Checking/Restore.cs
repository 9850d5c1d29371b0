namespace Mes.Chaos.Checking;

/// <summary>
/// The database was set back to an earlier state: what was committed since is gone, and no fault of the cache.
/// </summary>
/// <param name="Taken">From here on nobody reached it as it was.</param>
/// <param name="Back">Before here nobody reached it as it is since.</param>
/// <param name="Before">What it had when it was taken away.</param>
internal sealed record Restore(long Taken, long Back, Truth Before);
