using System.Data;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>PostgreSQL 15 or later.</summary>
public sealed class PostgresEngine : IDatabaseEngine, IAsyncDisposable, IDisposable
{
    /// <summary>So many connections are kept open: when the cache goes away, all reads come here at once, and to open one takes longer than a read.</summary>
    public const int OpenConnections = 12;

    /// <summary>Tells the trigger of the orders table that a change comes from the service, which raises the version itself.</summary>
    private const string OwnSession = "-c mes.own=1";

    /// <summary>Does not wait for the disk, and so does not make the commits of changes wait for it either.</summary>
    private const string DeleteSettled = """
        WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
        DELETE FROM outbox AS o USING unhurried, unnest({0}, {1}) AS settled(order_id, version)
        WHERE o.order_id = settled.order_id AND o.version = settled.version
        """;

    private readonly NpgsqlDataSource _source;
    private readonly OutboxNotifications _notifications;

    public PostgresEngine(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        Description = $"PostgreSQL at {settings.Host}:{settings.Port}/{settings.Database}";
        settings.Options = string.IsNullOrEmpty(settings.Options) ? OwnSession : $"{settings.Options} {OwnSession}";
        Default(settings, connectionString, "Timeout", s => s.Timeout = 3);
        Default(settings, connectionString, "Command Timeout", s => s.CommandTimeout = 5);
        Default(settings, connectionString, "Maximum Pool Size", s => s.MaxPoolSize = 40);
        Default(settings, connectionString, "Minimum Pool Size", s => s.MinPoolSize = Math.Min(OpenConnections, s.MaxPoolSize));
        Default(settings, connectionString, "Max Auto Prepare", s => s.MaxAutoPrepare = 50);
        Default(settings, connectionString, "Application Name", s => s.ApplicationName = "mes");
        _source = NpgsqlDataSource.Create(settings);
        _notifications = new OutboxNotifications(_source);
    }

    public string Description { get; }

    public string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public void Configure(DbContextOptionsBuilder options) =>
        options.UseNpgsql(_source, npgsql => npgsql.MigrationsAssembly(typeof(PostgresEngine).Assembly));

    public Task<IDbContextTransaction> BeginSnapshotAsync(DbContext context, CancellationToken cancellationToken) =>
        context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public string Now(int shiftMilliseconds = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"(clock_timestamp() + {shiftMilliseconds} * interval '1 millisecond')");

    public string MillisecondsSince(string column) => $"CAST(extract(epoch FROM clock_timestamp() - {column}) * 1000 AS double precision)";

    public string UtcDay(string column) => $"CAST({column} AT TIME ZONE 'UTC' AS date)";

    // A quarter of the time that window functions take.
    public string NearestRanks(string group, string value, string table, string where) =>
        $"""
        SELECT {group} AS "Group", COUNT(*) AS "Count",
               percentile_disc(0.5) WITHIN GROUP (ORDER BY {value}) AS "Median",
               percentile_disc(0.9) WITHIN GROUP (ORDER BY {value}) AS "P90"
        FROM {table}
        WHERE {where}
        GROUP BY {group}
        """;

    // The order is that of an index, so that it is used: an estimate of how many rows there are of an epoch may be very wrong.
    public string OverdueInPresentEpochs(int most) =>
        $"""
        SELECT o.id, o.order_id
        FROM cache_cells AS k
        CROSS JOIN LATERAL (SELECT id, order_id FROM outbox
                            WHERE cell = k.cell AND overdue_epoch >= k.epoch
                            ORDER BY cell, overdue_epoch, due_at, id LIMIT {most}) AS o
        LIMIT {most}
        """;

    // Not IN: where the planner expects many ids it reads the whole table beside them, or carries the query out again and again.
    public string IdIn(string query) => $"id = ANY(ARRAY({query}))";

    public object ToColumn(DateTimeOffset time) => time;

    public bool IsTransient(Exception exception) => exception.Find<NpgsqlException>() is { } found
        ? found.IsTransient || found is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.QueryCanceled }
        : exception.Find<TimeoutException>() is not null;

    public bool IsUniqueViolation(Exception exception) =>
        exception.Find<PostgresException>() is { SqlState: PostgresErrorCodes.UniqueViolation };

    public Task WaitForOutboxAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _notifications.WaitAsync(limit, cancellationToken);

    public Task DeleteSettledAsync(DbContext context, Guid[] orderIds, int[] versions, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(DeleteSettled, [orderIds, versions], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _notifications.DisposeAsync();
        await _source.DisposeAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static void Default(
        NpgsqlConnectionStringBuilder settings, string given, string key, Action<NpgsqlConnectionStringBuilder> set)
    {
        // The builder cannot tell a default from a value that was given.
        if (!new System.Data.Common.DbConnectionStringBuilder { ConnectionString = given }.ContainsKey(key))
        {
            set(settings);
        }
    }
}
