namespace Mes.Infrastructure.Caching;

/// <summary>Whether the cache is being used: of each cell, for they may be on different servers.</summary>
internal interface ICacheHealth
{
    /// <summary>It answers, as far as this instance knows. Always false where it is turned off.</summary>
    bool IsReachable(int cell);

    /// <summary>It is reachable, and the latest thing that was asked of it was answered in time.</summary>
    bool IsAnswering(int cell);

    /// <summary>The Redis that its connection leads to; null while that is not known.</summary>
    DataSet? Connected(int cell);

    /// <summary>What Redis has against this instance, for people: a login or a right that it refuses. Null when it has nothing that has a name.</summary>
    string? Trouble(int cell);

    /// <summary>The whole cache is meant to be off.</summary>
    bool IsDisabled { get; }
}
