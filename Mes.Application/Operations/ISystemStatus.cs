namespace Mes.Application.Operations;

/// <summary>The state of this instance in a few numbers, for whoever is on duty. No member waits or throws.</summary>
public interface ISystemStatus
{
    DateTimeOffset StartedAt { get; }

    bool IsCacheDisabled { get; }

    /// <summary>Why the cache is not used, for people; null if it is.</summary>
    string? CacheTrouble { get; }

    /// <summary>Why Redis cannot be used, for people; null if it can be.</summary>
    string? RedisTrouble { get; }

    /// <summary>What is wrong with the database, for people; null if nothing is.</summary>
    string? DatabaseTrouble { get; }

    /// <summary>The share of hits among the looks into the cache since the start; null before the first.</summary>
    double? HitRatio { get; }

    /// <summary>The share of the hits of single orders that the instance's own memory has answered.</summary>
    double? NearHitRatio { get; }

    /// <summary>How long ago the latest licence was asked for; null before the first.</summary>
    TimeSpan? LicenceAge { get; }

    /// <summary>How many changes the latest licence leaves out, because they could not be put.</summary>
    int Overdue { get; }

    /// <summary>Whether an outage mark stands for any part of the cache.</summary>
    bool IsOutage { get; }

    /// <summary>How many rows the outbox has, as far as they are counted, and the age of the oldest.</summary>
    (long Rows, TimeSpan Oldest) Outbox { get; }

    /// <summary>The age of the oldest change that the feed does not have yet; zero if there is none.</summary>
    TimeSpan OldestEvent { get; }

    /// <summary>How long ago the database confirmed the end of the feed; null before the first time.</summary>
    TimeSpan? FeedAge { get; }

    /// <summary>Completes when the service can serve.</summary>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken);
}
