namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>What became of an attempt to build an index.</summary>
internal enum IndexBuildResult
{
    /// <summary>It is whole.</summary>
    Whole,

    /// <summary>Another instance is building it.</summary>
    Busy,

    /// <summary>The cache or the database did not go along. What was done stays done, unless the index was lost meanwhile.</summary>
    Failed,
}
