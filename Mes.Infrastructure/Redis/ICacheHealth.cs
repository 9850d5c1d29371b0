namespace Mes.Infrastructure.Redis;

/// <summary>
/// What this instance knows of its connections to Redis, cell by cell: cells may be on different servers. Whether the
/// cache may be used now is decided by <see cref="Coordination.KeySpace"/>, which knows the database's part as well.
/// </summary>
internal interface ICacheHealth
{
    /// <summary>Whether the cache is switched off.</summary>
    bool IsDisabled { get; }

    /// <summary>
    /// The data set that the connection for a cell leads to; null while Redis cannot be used: it does not answer, it
    /// refuses writes, or it is not identified.
    /// </summary>
    DataSet? Connected(int cell);

    /// <summary>The data set of <see cref="Connected"/>, and since when the cell has been there.</summary>
    CellAssignment? Assigned(int cell);

    /// <summary>Whether the latest command was answered in time.</summary>
    bool IsAnswering(int cell);

    /// <summary>
    /// Whether <see cref="IsAnswering"/> holds and no failure is waiting to be cleared up by a trial write.
    /// </summary>
    bool HasRecovered(int cell);

    /// <summary>Tries to write to a cell. May take a second, so no request may wait for it.</summary>
    ValueTask<bool> CanWriteAsync(int cell);

    /// <summary>
    /// Why Redis cannot be used although it answers, for people: <c>refuses writes (NOREPLICAS)</c>. Null if it can be
    /// used, or if it does not answer.
    /// </summary>
    string? TroubleWith(int cell);
}
