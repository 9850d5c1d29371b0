namespace Mes.Api.Duty;

/// <summary>The state of the instance that answers.</summary>
/// <param name="Instance">The machine's name and the process's id.</param>
/// <param name="Version">The version of the service.</param>
/// <param name="StartedAt">When the instance was started.</param>
/// <param name="Cache">The cache, as the instance may use it.</param>
/// <param name="Licence">What the database allows the instance to answer from the cache.</param>
/// <param name="Outbox">Changes that the cache may not have yet, of all instances.</param>
/// <param name="Events">Changes that the feed does not have yet, of all instances.</param>
/// <param name="Redis">The connection to Redis.</param>
/// <param name="Database">The connection to the database.</param>
internal sealed record SystemDocument(
    string Instance,
    string Version,
    DateTimeOffset StartedAt,
    SystemDocument.CacheState Cache,
    SystemDocument.LicenceState Licence,
    SystemDocument.OutboxState Outbox,
    SystemDocument.EventsState Events,
    SystemDocument.DependencyState Redis,
    SystemDocument.DependencyState Database)
{
    /// <summary>The cache.</summary>
    /// <param name="State"><c>ok</c>, <c>degraded</c>, or <c>off</c>.</param>
    /// <param name="HitRatio">Hits among the looks into it since the start; null before the first.</param>
    /// <param name="NearHitRatio">
    /// The share of hits of single orders that the instance's own memory has answered; null before the first.
    /// </param>
    internal sealed record CacheState(string State, double? HitRatio, double? NearHitRatio);

    /// <summary>A licence.</summary>
    /// <param name="AgeMs">How long ago it was asked for, in milliseconds; null before the first.</param>
    /// <param name="Overdue">How many changes could not be put.</param>
    /// <param name="Outage">Whether any part of the cache is marked as out of use.</param>
    internal sealed record LicenceState(long? AgeMs, int Overdue, bool Outage);

    /// <summary>The outbox.</summary>
    /// <param name="Rows">How many changes, counted up to 10,000.</param>
    /// <param name="OldestMs">The age of the oldest in milliseconds; 0 if there is none.</param>
    internal sealed record OutboxState(long Rows, long OldestMs);

    /// <summary>The queue of the feed.</summary>
    /// <param name="OldestMs">The age of the oldest change in milliseconds; 0 if there is none.</param>
    internal sealed record EventsState(long OldestMs);

    /// <summary>What the service depends on.</summary>
    /// <param name="State"><c>ok</c>, <c>degraded</c>, or <c>off</c> where the service does without.</param>
    /// <param name="Detail">What is wrong; null if nothing is.</param>
    internal sealed record DependencyState(string State, string? Detail);
}
