namespace Mes.Infrastructure.Coordination;

/// <summary>The version of what the keys of an epoch mean. It belongs to the epoch: another layout begins another epoch (bug class 33).</summary>
internal static class CacheLayout
{
    /// <summary>
    /// Raise it when scores or indexes get another meaning: then the indexes are built anew. Raise it also when the names of data sets get
    /// another meaning, or else versions that run side by side would rename them in turns without end.
    /// </summary>
    public const int Current = 3;
}
