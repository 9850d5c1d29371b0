namespace Mes.Infrastructure.Redis;

/// <summary>What a connection to Redis leads to, found out before anything on it counts, and looked at again while it is used.</summary>
/// <param name="Name">
/// Of the data, not of the process alone (bug class 34): the run id, which is another one after every start, so after a restart from a dump
/// and after a failover; and the replication id, which is another one once the process has been a replica, whose data is replaced.
/// </param>
/// <param name="Socket">Which of the client's connections it is: the number of those it has opened so far.</param>
/// <param name="IdentifiedAt">A timestamp of the instance's own monotonic clock, from before it was first asked.</param>
/// <param name="Dangers">What in its configuration endangers the cache, for people.</param>
internal sealed record DataSet(string Name, long Socket, long IdentifiedAt, IReadOnlyList<string> Dangers)
{
    /// <param name="runId">Of the process.</param>
    /// <param name="replicationId">Of its data; zeros, or null, where the server has none.</param>
    public static string NameOf(string runId, string? replicationId) =>
        string.IsNullOrEmpty(replicationId) || replicationId.All(digit => digit == '0') ? runId : $"{runId}:{replicationId}";
}
