using Mes.Infrastructure.Connections;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Postgres;
#if MES_EMBEDDED
using Mes.Embedded;
#endif

namespace Mes.Api.Hosting;

/// <summary>
/// The database and the cache of this process: those of the connection strings, or the embedded ones where a developer
/// has set none.
/// </summary>
internal sealed class Engines : IDisposable
{
    private readonly IDisposable? _embeddedCache;

    private Engines(
        IDatabaseEngine database,
        string? redis,
        string cache,
        string? redisPassword = null,
        IDisposable? embeddedCache = null) =>
        (Database, Redis, Cache, RedisPassword, _embeddedCache) =
            (database, redis, cache, redisPassword, embeddedCache);

    public IDatabaseEngine Database { get; }

    /// <summary>Null when the cache is turned off.</summary>
    public string? Redis { get; }

    /// <summary>Used instead of the password in the connection string; null for that one.</summary>
    public string? RedisPassword { get; }

    /// <summary>For people, without a password.</summary>
    public string Cache { get; }

    /// <summary>The required settings that are missing, one line each.</summary>
    public static IEnumerable<string> Missing(IConfiguration configuration, bool development)
    {
        var wanted = configuration.GetValue(Settings.CacheEnabled, true)
            ? new[] { Settings.Postgres, Settings.Redis }
            : [Settings.Postgres];
        return wanted.Where(key => Text(configuration, key) is null)
            .Select(key => Objection(key, IsEmbeddedAllowed(configuration, development))).OfType<string>();
    }

    public static bool IsEmbeddedAllowed(IConfiguration configuration, bool development) =>
        development || configuration.GetValue(Settings.AllowEmbedded, false);

    /// <param name="configuration">Already checked by <see cref="SettingsCheck"/>.</param>
    /// <exception cref="StartupException">The embedded database cannot be opened.</exception>
    public static Engines Choose(IConfiguration configuration)
    {
        var database = ChooseDatabase(configuration);
        if (!configuration.GetValue(Settings.CacheEnabled, true))
        {
            return new Engines(database, null, $"off ({Settings.CacheEnabled} is false)");
        }

        return Text(configuration, Settings.Redis) is { } redis
            ? new Engines(
                database, redis, RedisConnectionString.Describe(redis), Text(configuration, Settings.RedisPassword))
            : WithEmbeddedCache(database);
    }

    /// <summary>Whether the cache runs in this process.</summary>
    public bool IsCacheEmbedded => _embeddedCache is not null;

    public void Dispose() => _embeddedCache?.Dispose();

    private static IDatabaseEngine ChooseDatabase(IConfiguration configuration) =>
        Text(configuration, Settings.Postgres) is { } postgres
            ? new PostgresEngine(postgres, Text(configuration, Settings.PostgresPassword))
            : EmbeddedDatabase(configuration);

    private static string? Text(IConfiguration configuration, string key) =>
        string.IsNullOrWhiteSpace(configuration[key]) ? null : configuration[key];

#if MES_EMBEDDED
    private static string? Objection(string key, bool allowEmbedded) => allowEmbedded
        ? null
        : $"{key} is not set. Set it (as an environment variable: {key.Replace(":", "__", StringComparison.Ordinal)}), "
            + $"or allow the embedded engines with {Settings.AllowEmbedded}=true.";

    private static SqliteEngine EmbeddedDatabase(IConfiguration configuration)
    {
        var directory = configuration[Settings.DataDirectory] ?? Settings.DefaultDataDirectory;
        try
        {
            return new SqliteEngine(Path.Combine(directory, "mes.db"));
        }
        catch (IOException exception)
        {
            throw new StartupException(
                $"{Settings.DataDirectory} is '{directory}': {StartupFailure.Reason(exception)}");
        }
    }

    private static Engines WithEmbeddedCache(IDatabaseEngine database)
    {
        var server = EmbeddedRedisServer.Start();
        return new Engines(
            database, server.ConnectionString, $"embedded, at {server.ConnectionString}", embeddedCache: server);
    }
#else
    private static string Objection(string key, bool allowEmbedded) => allowEmbedded
        ? $"{key} is not set, and this build carries no embedded engines."
        : $"{key} is not set. Set it (as an environment variable: {key.Replace(":", "__", StringComparison.Ordinal)}).";

    private static IDatabaseEngine EmbeddedDatabase(IConfiguration configuration) =>
        throw new StartupException(Objection(Settings.Postgres, allowEmbedded: true));

    private static Engines WithEmbeddedCache(IDatabaseEngine database) =>
        throw new StartupException(Objection(Settings.Redis, allowEmbedded: true));
#endif
}
