namespace Mes.Application.Caching;

/// <summary>How the cache took part in answering a request.</summary>
public enum CacheOutcome
{
    /// <summary>Answered from the cache.</summary>
    Hit,

    /// <summary>The cache did not have it; answered from the database.</summary>
    Miss,

    /// <summary>The cache was not asked, or did not answer; answered from the database.</summary>
    Bypass,
}
