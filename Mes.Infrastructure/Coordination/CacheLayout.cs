namespace Mes.Infrastructure.Coordination;

/// <summary>
/// The version of what the keys of an epoch mean. It belongs to the epoch: a new layout begins a new epoch (bug class
/// 33).
/// </summary>
internal static class CacheLayout
{
    /// <summary>
    /// Raise it when scores or indexes change their meaning: then the indexes are rebuilt. Raise it when the change log
    /// does: otherwise an instance that does not write the log would change orders without any copy noticing. Raise it
    /// too when the names of data sets change their meaning: otherwise versions that run side by side would rename them
    /// in turns without end.
    /// </summary>
    public const int Current = 4;
}
