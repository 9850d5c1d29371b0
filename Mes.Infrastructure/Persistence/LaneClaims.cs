namespace Mes.Infrastructure.Persistence;

/// <summary>How an instance claims lanes of webhooks. The numbers are part of the statements.</summary>
public sealed record LaneClaims
{
    /// <summary>How long a claim keeps other instances off a lane.</summary>
    public required int ClaimMilliseconds { get; init; }

    /// <summary>How many lanes of a webhook may be under way at once.</summary>
    public required int MaxUnderWay { get; init; }

    /// <summary>How many, if the last attempt has failed.</summary>
    public required int MaxOfFailing { get; init; }

    /// <summary>After so many failures in a row one lane at a time is tried.</summary>
    public required int SlowAfter { get; init; }

    /// <summary>The pause between two attempts then.</summary>
    public required int SlowPauseMilliseconds { get; init; }

    /// <summary>No webhook is held for longer. A hold that seems to be longer was set before the clock was set back.
    /// </summary>
    public required int LatestHold { get; init; }

    /// <summary>How many lanes to claim.</summary>
    public required int Max { get; init; }

    /// <summary>SQL for how many lanes of a webhook may be under way.</summary>
    /// <param name="state">The alias of the webhook's state.</param>
    internal string Allowed(string state) => $"""
        CASE WHEN {state}.failures >= {SlowAfter} THEN 1
             WHEN {state}.portion IS NOT NULL THEN {state}.portion
             WHEN {state}.failures > 0 THEN {MaxOfFailing}
             ELSE {MaxUnderWay} END
        """;

    /// <summary>SQL for the condition that a webhook is not held.</summary>
    internal string IsOpen(string state, string now, string latest) =>
        $"({state}.held_until IS NULL OR {state}.held_until <= {now} OR {state}.held_until > {latest})";
}
