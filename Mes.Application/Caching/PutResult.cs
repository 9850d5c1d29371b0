namespace Mes.Application.Caching;

/// <summary>What became of a put.</summary>
public enum PutResult
{
    /// <summary>The cache has this version now.</summary>
    Stored,

    /// <summary>The cache had a newer version already.</summary>
    Superseded,

    /// <summary>
    /// The cache has no entry, and the put had no valid lease. Refresh the order: begin, read the row, put.
    /// </summary>
    Rejected,

    /// <summary>Redis refused the write, being full, but has removed the entry. No old version is left.</summary>
    Dropped,

    /// <summary>
    /// Redis did not answer or refused even the removal, or the cache is off. What the cache has is unknown; the outbox
    /// row stays.
    /// </summary>
    Failed,
}
