using Mes.Infrastructure.Connections;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Postgres;
#if MES_EMBEDDED
using Mes.Embedded;
#endif

namespace Mes.Api.Hosting;

/// <summary>
/// Which database and which cache this process uses: those of the connection strings, or the embedded ones where a developer
/// has given none.
/// </summary>
internal sealed class Engines : IDisposable
{
    private const string PostgresKey = "ConnectionStrings:Postgres";
    private const string RedisKey = "ConnectionStrings:Redis";

    private readonly IDisposable? _embeddedCache;

    private Engines(IDatabaseEngine database, string? redis, string cache, IDisposable? embeddedCache) =>
        (Database, Redis, Cache, _embeddedCache) = (database, redis, cache, embeddedCache);

    public IDatabaseEngine Database { get; }

    /// <summary>Null when the cache is turned off.</summary>
    public string? Redis { get; }

    /// <summary>For people; without a password.</summary>
    public string Cache { get; }

    /// <exception cref="StartupException">A connection string is not understood, or, outside Development, missing.</exception>
    public static Engines Choose(IConfiguration configuration, bool allowEmbedded)
    {
        IDatabaseEngine database = Text(configuration, PostgresKey) is { } postgres
            ? Understood(PostgresKey, () => new PostgresEngine(postgres))
            : EmbeddedDatabase(configuration, allowEmbedded);
        if (!configuration.GetValue("Mes:Cache:Enabled", true))
        {
            return new Engines(database, null, "off (Mes:Cache:Enabled is false)", null);
        }

        return Text(configuration, RedisKey) is { } redis
            ? new Engines(database, redis, Understood(RedisKey, () => RedisText.Describe(redis)), null)
            : WithEmbeddedCache(database, allowEmbedded);
    }

    /// <summary>The cache lives in this process.</summary>
    public bool IsCacheEmbedded => _embeddedCache is not null;

    public void Dispose() => _embeddedCache?.Dispose();

    private static string? Text(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key];

    private static T Understood<T>(string key, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ConnectionTextException exception)
        {
            throw new StartupException($"{key} is not understood: {exception.Message}.");
        }
    }

    private static StartupException Missing(string key) => new(
        $"{key} is not set. Set it (as an environment variable: {key.Replace(":", "__", StringComparison.Ordinal)}), "
        + "or allow the embedded engines with Mes:AllowEmbedded=true.");

#if MES_EMBEDDED
    private static SqliteEngine EmbeddedDatabase(IConfiguration configuration, bool allowEmbedded) => allowEmbedded
        ? new SqliteEngine(Path.Combine(configuration["Mes:DataDirectory"] ?? "./data", "mes.db"))
        : throw Missing(PostgresKey);

    private static Engines WithEmbeddedCache(IDatabaseEngine database, bool allowEmbedded)
    {
        if (!allowEmbedded)
        {
            throw Missing(RedisKey);
        }

        var server = EmbeddedRedisServer.Start();
        return new Engines(database, server.ConnectionString, $"embedded, at {server.ConnectionString}", server);
    }
#else
    private static IDatabaseEngine EmbeddedDatabase(IConfiguration configuration, bool allowEmbedded) =>
        throw (allowEmbedded ? NotCarried(PostgresKey) : Missing(PostgresKey));

    private static Engines WithEmbeddedCache(IDatabaseEngine database, bool allowEmbedded) =>
        throw (allowEmbedded ? NotCarried(RedisKey) : Missing(RedisKey));

    private static StartupException NotCarried(string key) => new($"{key} is not set, and this build carries no embedded engines.");
#endif
}
