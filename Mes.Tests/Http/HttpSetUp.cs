using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// The Redis Cluster that the fixtures of this namespace share, one after the other, because six processes need seconds
/// to find each other. The first fixture that needs the cluster starts it.
/// </summary>
[SetUpFixture]
public sealed class HttpSetUp
{
    private static TestRedisCluster? _cluster;

    /// <summary>
    /// Empties the cluster and returns its addresses. Tagged answers of one fixture's database must not be hits for
    /// another's.
    /// </summary>
    /// <returns>The connection string of the cluster.</returns>
    public static async Task<string> EmptyClusterAsync()
    {
        _cluster ??= await TestRedisCluster.StartAsync();
        await _cluster.FlushAsync();
        return _cluster.ConnectionString;
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        if (_cluster is { } cluster)
        {
            _cluster = null;
            await cluster.DisposeAsync();
        }
    }
}
