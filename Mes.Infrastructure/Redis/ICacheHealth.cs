namespace Mes.Infrastructure.Redis;

/// <summary>Whether the cache is being used: of each cell, for they may be on different servers.</summary>
internal interface ICacheHealth
{
    /// <summary>It answers, as far as this instance knows. Always false where it is turned off.</summary>
    bool IsReachable(int cell);

    /// <summary>It is reachable, and the latest thing that was asked of it was answered in time.</summary>
    bool IsAnswering(int cell);

    /// <summary>It is answering, and nothing has failed since a write was last seen to work: whoever could not write may rely on it again.</summary>
    bool HasRecovered(int cell);

    /// <summary>Tries a write of the service's own to this cell. Off the requests' path: may take a second.</summary>
    ValueTask<bool> CanWriteAsync(int cell);

    /// <summary>For people, why it is not reachable although it answers: <c>refuses writes (NOREPLICAS)</c>. Null when it does not answer, or is reachable.</summary>
    string? TroubleWith(int cell);

    /// <summary>What its connection leads to; null while that is not known.</summary>
    DataSet? Connected(int cell);

    /// <summary>The same, and since when the cell has been there.</summary>
    CellAssignment? Assigned(int cell);

    /// <summary>The whole cache is meant to be off.</summary>
    bool IsDisabled { get; }
}
