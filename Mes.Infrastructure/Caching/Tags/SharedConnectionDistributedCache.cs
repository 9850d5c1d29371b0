using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.StackExchangeRedis;

namespace Mes.Infrastructure.Caching.Tags;

/// <summary>
/// <see cref="RedisCache"/> on the service's own connection. A <see cref="RedisCache"/> disposes the connection that it
/// was given. Inside this class the container does not see it, and so does not dispose it.
/// </summary>
internal sealed class SharedConnectionDistributedCache(RedisConnection connection) : IDistributedCache
{
    private readonly RedisCache _inner = new(new RedisCacheOptions
    {
        ConnectionMultiplexerFactory = connection.ConnectAsync,
        InstanceName = KeySpace.AnswerPrefix,
    });

    public byte[]? Get(string key) => _inner.Get(key);

    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => _inner.GetAsync(key, token);

    public void Refresh(string key) => _inner.Refresh(key);

    public Task RefreshAsync(string key, CancellationToken token = default) => _inner.RefreshAsync(key, token);

    public void Remove(string key) => _inner.Remove(key);

    public Task RemoveAsync(string key, CancellationToken token = default) => _inner.RemoveAsync(key, token);

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => _inner.Set(key, value, options);

    public Task SetAsync(
        string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        _inner.SetAsync(key, value, options, token);
}
