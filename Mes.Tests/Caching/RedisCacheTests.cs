using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>The cache on Redis.</summary>
[Category("Servers")]
internal sealed class RedisCacheTests : CacheContract
{
    protected override async Task<(IAsyncDisposable Engine, string ConnectionString)> StartEngineAsync()
    {
        var redis = await TestRedisServer.StartAsync();
        return (redis, redis.ConnectionString);
    }
}
