namespace Mes.Infrastructure.Caching;

/// <summary>Whether the cache is being used.</summary>
internal interface ICacheHealth
{
    /// <summary>The cache answers, as far as this instance knows. Always false where it is turned off.</summary>
    bool IsReachable { get; }

    /// <summary>It is reachable, and the latest thing that was asked of it was answered in time.</summary>
    bool IsAnswering { get; }

    /// <summary>The Redis that the connection leads to; null while that is not known.</summary>
    DataSet? Connected { get; }

    /// <summary>It is meant to be off.</summary>
    bool IsDisabled { get; }
}
