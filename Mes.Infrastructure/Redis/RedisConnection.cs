using System.Net;
using Mes.Infrastructure.Connections;
using StackExchange.Redis;

namespace Mes.Infrastructure.Redis;

/// <summary>A connection to Redis. Callers must not dispose the multiplexer: this class owns it.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    /// <summary>
    /// A connection to one node of a cluster must not use these commands: the client would find the other nodes, and
    /// send them commands that are meant for this one.
    /// </summary>
    private static readonly HashSet<string> ClusterCommands = ["CLUSTER", "SUBSCRIBE"];

    private readonly ConfigurationOptions _options;
    private readonly Lazy<Task<IConnectionMultiplexer>> _multiplexer;

    /// <param name="password">Used instead of the password in the connection string; null for that one.</param>
    /// <param name="maxTimeout">The longest timeout of any command: the client itself gives up no earlier.</param>
    /// <exception cref="ConnectionStringException">The connection string is not understood.</exception>
    public RedisConnection(string connectionString, string? password, TimeSpan maxTimeout)
        : this(Configure(RedisConnectionString.Parse(connectionString), password, maxTimeout))
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

    /// <summary>What this server refuses at the moment.</summary>
    public RedisRefusals Refusals { get; } = new();

    /// <summary>
    /// Why an attempt failed, for people, where it is more than that Redis does not answer; else null.
    /// </summary>
    public string? TroubleOf(Exception exception) =>
        RedisErrors.TroubleOf(exception, !string.IsNullOrEmpty(_options.Password), _options.Ssl);

    /// <summary>Completes even if Redis does not answer: the client then keeps trying by itself.</summary>
    public Task<IConnectionMultiplexer> ConnectAsync() => _multiplexer.Value;

    /// <summary>Makes a separate connection to one node of the cluster, and to no other.</summary>
    public RedisConnection To(EndPoint node)
    {
        var options = _options.Clone();
        options.SslHost = _options.SslHost; // Otherwise taken from the node's address, which no certificate names.
        options.EndPoints.Clear();
        options.EndPoints.Add(node);
        options.CommandMap = CommandMap.Create(ClusterCommands, available: false);
        return new RedisConnection(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_multiplexer.IsValueCreated)
        {
            await (await _multiplexer.Value).DisposeAsync();
        }
    }

    private static ConfigurationOptions Configure(
        ConfigurationOptions options, string? password, TimeSpan maxTimeout)
    {
        options.Password = password ?? options.Password;
        options.AbortOnConnectFail = false;
        options.AllowAdmin = true; // INFO, which identifies the server, counts as an administrator's command.
        options.ConnectTimeout = 1000;
        options.AsyncTimeout = Math.Max(1000, (int)Math.Min(maxTimeout.TotalMilliseconds, int.MaxValue));
        options.KeepAlive = 5;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        options.ReconnectRetryPolicy = new LinearRetry(100);
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName ??= "mes";

        // With these the client elects a master among several servers. The service uses one server, and so needs no
        // rights for them.
        options.TieBreaker = string.Empty;
        options.ConfigurationChannel = string.Empty;
        return options;
    }
}
