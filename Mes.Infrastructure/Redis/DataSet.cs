namespace Mes.Infrastructure.Redis;

/// <summary>
/// The data that a connection to Redis leads to. It is identified before any reply counts, and checked again and again
/// while the connection is used.
/// </summary>
/// <param name="Name"> Identifies the data, not just the process (bug class 34). It consists of the run id, which
/// changes with every start, and so after a restart from a dump and after a failover; and of the replication id, which
/// changes once the process has been a replica, whose data is replaced.
/// </param>
/// <param name="Socket">The number of sockets that the client had opened when the data set was identified.</param>
/// <param name="IdentifiedAt">
/// A timestamp of this instance's monotonic clock, taken before the identification began.
/// </param>
/// <param name="Dangers">Settings of the server that endanger the cache, for people.</param>
internal sealed record DataSet(string Name, long Socket, long IdentifiedAt, IReadOnlyList<string> Dangers)
{
    /// <param name="runId">The run id of the process.</param>
    /// <param name="replicationId">The replication id of the data; zeros, or null, if the server has none.</param>
    public static string NameOf(string runId, string? replicationId) =>
        string.IsNullOrEmpty(replicationId) || replicationId.All(digit => digit == '0')
            ? runId
            : $"{runId}:{replicationId}";
}
