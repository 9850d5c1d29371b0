namespace Mes.Application.Caching;

/// <summary>What follows from the result of a put.</summary>
public static class PutResults
{
    /// <summary>Whether the cache has no older version than the one put, so that nothing is left to repair.</summary>
    public static bool IsConfirmed(this PutResult result) =>
        result is PutResult.Stored or PutResult.Superseded or PutResult.Dropped;
}
