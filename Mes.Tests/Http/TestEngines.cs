namespace Mes.Tests.Http;

/// <summary>The engines on which the service under test runs.</summary>
public enum TestEngines
{
    /// <summary>Two instances on one PostgreSQL database and one Redis: the normal case.</summary>
    PostgresAndRedis,

    /// <summary>The same on a Redis Cluster, the cells spread over its masters.</summary>
    Cluster,

    /// <summary>One instance on the engines of the zero-install start.</summary>
    Embedded,
}
