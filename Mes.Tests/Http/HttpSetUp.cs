using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// The Redis Cluster that the fixtures of this namespace use one after the other: six processes take seconds to find
/// each other. What starts it is the first fixture that needs it.
/// </summary>
[SetUpFixture]
public sealed class HttpSetUp
{
    private static TestRedisCluster? _cluster;

    /// <summary>
    /// Nothing of the fixture before is left in it: tagged answers of one database must not be hits for another.
    /// </summary>
    /// <returns>Where it is.</returns>
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
