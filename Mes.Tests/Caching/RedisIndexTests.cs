using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>The board and the lists on Redis.</summary>
[Category("Servers")]
internal sealed class RedisIndexTests : IndexContract
{
    protected override async Task<(IAsyncDisposable Engine, string ConnectionString)> StartEngineAsync()
    {
        var redis = await TestRedisServer.StartAsync();
        return (redis, redis.ConnectionString);
    }
}
