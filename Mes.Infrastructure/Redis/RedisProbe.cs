using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>
/// Identifies the data set that a connection leads to, and finds settings of the server that endanger the cache.
/// </summary>
internal sealed class RedisProbe(IConnectionMultiplexer multiplexer, TimeProvider clock)
{
    /// <summary>This many attempts fail without a warning: a server that is starting refuses a few.</summary>
    public const int AttemptsBeforeWarning = 5;

    /// <summary>How long to wait before the next attempt.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long an attempt may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private readonly IServer _server = multiplexer.GetServer(multiplexer.GetEndPoints()[0]);

    /// <summary>How many sockets the client has opened so far. It rises when the client reconnects.</summary>
    public long Socket => _server.GetCounters().Interactive.SocketCount;

    /// <returns>
    /// Null if the data set cannot be told, or if the connection leads to a replica, which is never read from.
    /// </returns>
    public async Task<DataSet?> IdentifyAsync()
    {
        var askedAt = clock.GetTimestamp();
        var socket = Socket;
        var server = await ReadAsync("server");
        if (await NameAsync(server.GetValueOrDefault("run_id")) is not { } name)
        {
            return null;
        }

        var dangers = Dangers(await ReadAsync("memory"));
        return Socket == socket ? new DataSet(name, socket, askedAt, dangers) : null;
    }

    /// <summary>
    /// Whether the connection still leads to this data set. The run id is not read again: a connection never outlives
    /// the server's process.
    /// </summary>
    public async Task<bool> IsStillAsync(DataSet dataSet) =>
        await NameAsync(dataSet.Name.Split(':')[0]) == dataSet.Name && Socket == dataSet.Socket;

    private async Task<string?> NameAsync(string? runId)
    {
        var replication = await ReadAsync("replication");
        return runId is null || replication.GetValueOrDefault("role") == "slave"
            ? null
            : DataSet.NameOf(runId, replication.GetValueOrDefault("master_replid"));
    }

    // Persistence is no danger: every start of the server is a new epoch, whether it keeps its data or not.
    private static string[] Dangers(Dictionary<string, string> memory) =>
        memory.GetValueOrDefault("maxmemory_policy") is { } policy && policy != "noeviction"
            ? [
                $"maxmemory-policy is {policy}: entries may be evicted, and are then read from the database; " +
                "use noeviction",
            ]
            : [];

    private async Task<Dictionary<string, string>> ReadAsync(string section) =>
        (await _server.InfoAsync(section))
            .SelectMany(group => group)
            .GroupBy(line => line.Key)
            .ToDictionary(group => group.Key, group => group.First().Value);
}
