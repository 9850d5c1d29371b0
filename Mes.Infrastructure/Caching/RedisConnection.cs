using StackExchange.Redis;

namespace Mes.Infrastructure.Caching;

/// <summary>The one connection to Redis. It is owned here: nobody who is handed it may dispose it.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly Lazy<Task<IConnectionMultiplexer>> _multiplexer;

    public RedisConnection(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.AllowAdmin = true; // INFO, which tells which Redis this is, counts as administration.
        options.ConnectTimeout = 1000;
        options.AsyncTimeout = 1000;
        options.KeepAlive = 5;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        options.ReconnectRetryPolicy = new LinearRetry(100);
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ClientName ??= "mes";
        Description = $"Redis at {string.Join(", ", options.EndPoints)}";
        _multiplexer = new(async () => await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>For people; without a password.</summary>
    public string Description { get; }

    /// <summary>Comes back also when Redis is away: the connection then goes on trying by itself.</summary>
    public Task<IConnectionMultiplexer> ConnectAsync() => _multiplexer.Value;

    public async ValueTask DisposeAsync()
    {
        if (_multiplexer.IsValueCreated)
        {
            await (await _multiplexer.Value).DisposeAsync();
        }
    }
}
