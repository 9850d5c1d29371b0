using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>The cache on a Redis Cluster, its cells spread over three masters.</summary>
[Category("Servers")]
internal sealed class ClusterCacheTests : CacheContract
{
    protected override int CellCount => 12;

    protected override async Task<(IAsyncDisposable Engine, string ConnectionString)> StartEngineAsync()
    {
        var cluster = await TestRedisCluster.StartAsync();
        return (cluster, cluster.ConnectionString);
    }
}
