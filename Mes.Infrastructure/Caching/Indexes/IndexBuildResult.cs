namespace Mes.Infrastructure.Caching.Indexes;

/// <summary>How an attempt to build the indexes of a group ended.</summary>
internal enum IndexBuildResult
{
    /// <summary>The indexes are whole.</summary>
    Whole,

    /// <summary>Another instance is building them.</summary>
    Busy,

    /// <summary>
    /// The cache or the database failed. Another attempt resumes the build, unless an index was lost.
    /// </summary>
    Failed,
}
