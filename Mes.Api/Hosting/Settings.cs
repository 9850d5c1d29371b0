using System.Globalization;
using Mes.Api.Http;
using Mes.Domain.Callers;
using Mes.Infrastructure.Connections;
using Mes.Infrastructure.Events;
using Mes.Infrastructure.RateLimiting;
using Mes.Infrastructure.Redis;

namespace Mes.Api.Hosting;

/// <summary>Every setting of the service. It reads no others.</summary>
internal static class Settings
{
    public const string Postgres = "ConnectionStrings:Postgres";
    public const string PostgresPassword = "ConnectionStrings:PostgresPassword";
    public const string Redis = "ConnectionStrings:Redis";
    public const string RedisPassword = "ConnectionStrings:RedisPassword";
    public const string AllowEmbedded = "Mes:AllowEmbedded";
    public const string DataDirectory = "Mes:DataDirectory";
    public const string MigrateOnStartup = "Mes:MigrateOnStartup";
    public const string OperationsUrls = "Mes:Operations:Urls";
    public const string ShutdownDelay = "Mes:Shutdown:Delay";
    public const string TracingRatio = "Mes:Tracing:Ratio";
    public const string Proxies = "Mes:Proxies";
    public const string SecretsKey = "Mes:Secrets:Key";
    public const string WebhooksAllowPrivateAddresses = "Mes:Webhooks:AllowPrivateAddresses";
    public const string WebhooksProxy = "Mes:Webhooks:Proxy";
    public const string CacheEnabled = $"{CacheOptions.Section}:Enabled";
    public const string DisplaySession = "Mes:Board:DisplaySession";

    public const string DefaultDataDirectory = "./data";
    public const double DefaultTracingRatio = 0.01;

    public static readonly TimeSpan DefaultShutdownDelay = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan DefaultDisplaySession = TimeSpan.FromDays(365);

    private static readonly CacheOptions CacheDefaults = new();
    private static readonly EventOptions EventDefaults = new();
    private static readonly FairnessOptions FairnessDefaults = new();
    private static readonly RateLimitOptions RateLimitDefaults = new();
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    /// <summary>In the order of docs/settings.md.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new(Postgres, SettingForm.ConnectionString("a connection string as Npgsql reads it, or a URL (postgresql://…)",
            text => PostgresConnectionString.Describe(text)), "",
            "the database. Without it, where that is allowed, the embedded one"),
        new(PostgresPassword, SettingForm.Secret, "",
            "the password for the database, in place of the one in the connection string"),
        new(Redis,
            SettingForm.ConnectionString(
                "a connection string as StackExchange.Redis reads it, or a URL (redis://…, rediss://…)", text =>
                    RedisConnectionString.Describe(text)), "",
            "the cache; of a Redis Cluster, several of its nodes. Without it, where that is allowed, the embedded one"),
        new(RedisPassword, SettingForm.Secret, "",
            "the password for the cache, in place of the one in the connection string"),
        new(AllowEmbedded, SettingForm.Flag, "`false`", "allows the embedded engines outside Development"),
        new(DataDirectory, SettingForm.Text, $"`{DefaultDataDirectory}`",
            "where the embedded database keeps its file; `dotnet run` works in `Mes.Api`"),
        new(MigrateOnStartup, SettingForm.Flag, "`false`; `true` in Development",
            "brings the schema up to date at the start"),
        new(OperationsUrls, OperationsPort.Form, "",
            "where `/health` and `/metrics` are, when they are to have a port of their own: there is nothing else "
                + "there, and they are nowhere else. In the image `http://*:8081`"),
        new(ShutdownDelay, SettingForm.Span(TimeSpan.Zero, TimeSpan.FromMinutes(5)), Shown(DefaultShutdownDelay),
            "after SIGTERM, how long the service goes on serving while `/health/ready` is 503 already"),
        new(CacheEnabled, SettingForm.Flag, "`true`",
            "`false`: everything from the database. To be set for all instances alike"),
        Cache(nameof(CacheOptions.Cells), SettingForm.Whole(1, CacheOptions.MaxCells), Shown(CacheDefaults.Cells),
            "into how many cells the orders are divided on a Redis Cluster: three or four times the number of "
                + "masters. To be set for all instances alike"),
        Cache(nameof(CacheOptions.ReadTimeout), SettingForm.Span(Millisecond, Minute), Shown(CacheDefaults.ReadTimeout),
            "no read waits longer for one answer of Redis"),
        Cache(nameof(CacheOptions.PutTimeout), SettingForm.Span(Millisecond, Minute), Shown(CacheDefaults.PutTimeout),
            "how long a change waits for its put"),
        Cache(nameof(CacheOptions.FailuresToOpen), SettingForm.Whole(1, 1_000_000), Shown(CacheDefaults.FailuresToOpen),
            "after so many failures in a row, or one refused write, Redis is left alone until a write works"),
        Cache(nameof(CacheOptions.Lease), SettingForm.Span(TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            Shown(CacheDefaults.Lease),
            "how long a lease stands; longer than a change or a read of the database takes"),
        Cache(nameof(CacheOptions.KeepTerminal), SettingForm.Span(TimeSpan.FromSeconds(1), Year),
            Shown(CacheDefaults.KeepTerminal),
            "how long a closed, cancelled or rejected order stays in the cache; to save memory, not for freshness"),
        Cache(nameof(CacheOptions.KeepIdleIndex), SettingForm.Span(TimeSpan.FromSeconds(1), Year),
            Shown(CacheDefaults.KeepIdleIndex),
            "how long a seller's lists stay in the cache after they were last read; to save memory"),
        new($"{NearCopyOptions.Section}:{nameof(NearCopyOptions.MaxBytes)}", SettingForm.Whole(0, 1L << 40),
            Shown(CacheDefaults.NearCopies.MaxBytes),
            "about how many bytes of single orders an instance keeps in its own memory, shown only where Redis says, "
                + "each time, that the order has not changed; `0` for none"),
        Cache(nameof(CacheOptions.MaxCopyBytes), SettingForm.Whole(0, 1L << 40), Shown(CacheDefaults.MaxCopyBytes),
            "about how many bytes of boards and lists an instance keeps in its own memory, shown only where Redis "
                + "says, each time, that nothing in them has changed; `0` for none"),
        Cache(nameof(CacheOptions.KeepTagged), SettingForm.Span(TimeSpan.FromSeconds(1), Year),
            Shown(CacheDefaults.KeepTagged), "the same for answers of tagged queries"),
        new($"{EventOptions.Section}:{nameof(EventOptions.Keep)}",
            SettingForm.Span(TimeSpan.FromHours(1), 10 * Year), Shown(EventDefaults.Keep),
            "how long the feed keeps an event; a follower that comes later has to list the orders"),
        new(SecretsKey, Hosting.SecretsKey.Form, "",
            "encrypts the secrets that the database keeps; of several, separated by commas, the first encrypts and all "
                + "decrypt. Without it, outside Development, there are no webhooks. To be set for all instances alike"),
        new(WebhooksAllowPrivateAddresses, SettingForm.Flag, "`false`; `true` in Development",
            "whether webhooks may go to private addresses, and by plain HTTP"),
        new(WebhooksProxy, SettingForm.ProxyUrl, "",
            "a proxy that all deliveries of webhooks go through. It has to refuse private addresses itself"),
        Fairness(nameof(FairnessOptions.PermitsPerProcessor), SettingForm.Whole(1, 10_000),
            Shown(FairnessDefaults.PermitsPerProcessor),
            "a caller's share of an instance for each processor: so many of its requests for one order are worked "
                + "on at once; a page of 100 orders costs as much as 8"),
        Fairness(
            nameof(FairnessOptions.MaxWaiting), SettingForm.Whole(0, 1_000_000), Shown(FairnessDefaults.MaxWaiting),
            "so many of a caller's permits may be waited for; what comes on top is answered 429"),
        Fairness(nameof(FairnessOptions.WaitTimeout), SettingForm.Span(Millisecond, Minute),
            Shown(FairnessDefaults.WaitTimeout),
            "a request that has waited so long for its caller's share is answered 429"),
        new($"{RateLimitOptions.Section}:{nameof(RateLimitOptions.Enabled)}", SettingForm.Flag,
            "`true`; `false` in Development", "limits how many requests a caller may make in a window of time"),
        .. Enum.GetValues<Role>().SelectMany(RoleLimits),
        new(Proxies, KnownProxies.Form, "",
            "behind which proxies the service stands: it takes a caller's address, the scheme and the host from the "
                + "`X-Forwarded-…` headers of these, and of no others"),
        new(TracingRatio, SettingForm.Share, Shown(DefaultTracingRatio),
            "the share of requests that are traced, unless the caller's trace says"),
        new(DisplaySession, SettingForm.Span(Minute, TimeSpan.FromDays(400)), Shown(DefaultDisplaySession),
            "how long the session of a display on a wall lasts; browsers keep a cookie for 400 days at most"),
        .. Ageing.All,
    ];

    private static Setting Cache(string property, SettingForm form, string defaultValue, string meaning) =>
        new($"{CacheOptions.Section}:{property}", form, defaultValue, meaning);

    private static Setting Fairness(string property, SettingForm form, string defaultValue, string meaning) =>
        new($"{FairnessOptions.Section}:{property}", form, defaultValue, meaning);

    private static IEnumerable<Setting> RoleLimits(Role role)
    {
        var section = $"{RateLimitOptions.Section}:{role}";
        var limit = RateLimitDefaults.PolicyOf(role);
        yield return new($"{section}:{nameof(RoleLimit.Permits)}", SettingForm.Whole(1, 1_000_000_000),
            Shown(limit.Permits), role switch
            {
                Role.Seller => "how many requests a seller may make in a window, with all its keys and at all instances",
                Role.Operator => "the same for an operator",
                Role.Service => "the same for a key of a service",
                _ => "the same for a key of an administrator",
            });
        yield return new($"{section}:{nameof(RoleLimit.Window)}",
            SettingForm.Span(TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)), Shown(limit.Window),
            "how long that window is");
    }

    private static string Shown(TimeSpan value) => $"`{SettingForm.Write(value)}`";

    private static string Shown(IFormattable value) => $"`{value.ToString(null, CultureInfo.InvariantCulture)}`";
}
