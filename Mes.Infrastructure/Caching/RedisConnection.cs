using System.Net;
using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>A connection to Redis. It is owned here: nobody who is handed it may dispose it.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>What a connection to one node of a cluster must not use: it would find the other nodes, and send them what is meant for this one.</summary>
    private static readonly HashSet<string> OfTheWholeCluster = ["CLUSTER", "SUBSCRIBE"];

    private readonly ConfigurationOptions _options;
    private readonly Lazy<Task<IConnectionMultiplexer>> _multiplexer;

    /// <param name="patience">The longest that anybody waits for an answer: the client gives up no earlier.</param>
    public RedisConnection(string connectionString, TimeSpan patience)
        : this(Configure(ConfigurationOptions.Parse(connectionString), patience))
    {
    }

    private RedisConnection(ConfigurationOptions options)
    {
        _options = options;
        Description = $"Redis at {string.Join(", ", options.EndPoints)}";
        _multiplexer = new(async () => await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>For people; without a password.</summary>
    public string Description { get; }

    /// <summary>Comes back also when Redis is away: the connection then goes on trying by itself.</summary>
    public Task<IConnectionMultiplexer> ConnectAsync() => _multiplexer.Value;

    /// <summary>A connection of its own to one node of the cluster, and to no other.</summary>
    public RedisConnection To(EndPoint node)
    {
        var options = _options.Clone();
        options.SslHost = _options.SslHost; // Else taken from the node's address, which no certificate has.
        options.EndPoints.Clear();
        options.EndPoints.Add(node);
        options.CommandMap = CommandMap.Create(OfTheWholeCluster, available: false);
        options.TieBreaker = string.Empty;
        options.ConfigurationChannel = string.Empty;
        return new RedisConnection(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_multiplexer.IsValueCreated)
        {
            await (await _multiplexer.Value).DisposeAsync();
        }
    }

    private static ConfigurationOptions Configure(ConfigurationOptions options, TimeSpan patience)
    {
        options.AbortOnConnectFail = false;
        options.AllowAdmin = true; // INFO, which tells which Redis this is, counts as administration.
        options.ConnectTimeout = 1000;
        options.AsyncTimeout = Math.Max(1000, (int)Math.Min(patience.TotalMilliseconds, int.MaxValue));
        options.KeepAlive = 5;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        options.ReconnectRetryPolicy = new LinearRetry(100);
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName ??= "mes";
        return options;
    }
}
