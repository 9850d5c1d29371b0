using System.Net;
using Mes.Infrastructure.Connections;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>A connection to Redis. It is owned here: nobody who is handed it may dispose it.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>What a connection to one node of a cluster must not use: it would find the other nodes, and send them what is meant for this one.</summary>
    private static readonly HashSet<string> OfTheWholeCluster = ["CLUSTER", "SUBSCRIBE"];

    private readonly ConfigurationOptions _options;
    private readonly Lazy<Task<IConnectionMultiplexer>> _multiplexer;

    /// <param name="patience">The longest that anybody waits for an answer: the client gives up no earlier.</param>
    /// <exception cref="ConnectionStringException">The connection string is not understood.</exception>
    public RedisConnection(string connectionString, TimeSpan patience)
        : this(Configure(RedisConnectionString.Parse(connectionString), patience))
    {
    }

    private RedisConnection(ConfigurationOptions options)
    {
        _options = options;
        Description = RedisConnectionString.Describe(options);
        _multiplexer = new(async () => await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>For people; without a password.</summary>
    public string Description { get; }

    /// <summary>What this server refuses at the moment, and why it cannot be used.</summary>
    public RedisRefusals Refusals { get; } = new();

    /// <summary>Why an attempt failed, for people, where it is more than that Redis does not answer; else null.</summary>
    public string? TroubleOf(Exception exception) => RedisTrouble.Of(exception, !string.IsNullOrEmpty(_options.Password), _options.Ssl);

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

        // Means by which this client's instances elect a master among several. The service uses one server, and needs no rights for them.
        options.TieBreaker = string.Empty;
        options.ConfigurationChannel = string.Empty;
        return options;
    }
}
