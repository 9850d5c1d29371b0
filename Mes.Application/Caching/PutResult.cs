namespace Mes.Application.Caching;

/// <summary>What became of a put.</summary>
public enum PutResult
{
    /// <summary>The cache has this version now.</summary>
    Stored,

    /// <summary>The cache had a newer version already.</summary>
    Superseded,

    /// <summary>The cache has no entry, and this put may not make one. Refresh: begin, read the row, put.</summary>
    Rejected,

    /// <summary>The cache could not be written, being full, and has nothing of the order any more, so nothing old.</summary>
    Dropped,

    /// <summary>The cache did not answer, could not even drop, or is off; nothing is known. The outbox row stays.</summary>
    Failed,
}
