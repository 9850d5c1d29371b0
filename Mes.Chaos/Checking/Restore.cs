namespace Mes.Chaos.Checking;

/// <summary>
/// The database was restored to an earlier state. Later commits are gone, which is not the cache's fault.
/// </summary>
/// <param name="Taken">From this moment on, no client or instance reached the old state.</param>
/// <param name="Back">Before this moment, no client or instance reached the restored state.</param>
/// <param name="Before">What the database had when it was taken away.</param>
internal sealed record Restore(long Taken, long Back, Truth Before);
