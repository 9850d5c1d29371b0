using System.Data;
using System.Globalization;
using Mes.Infrastructure.Connections;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>PostgreSQL 15 or later.</summary>
public sealed class PostgresEngine : IDatabaseEngine, IAsyncDisposable, IDisposable
{
    /// <summary>So many connections are kept open: when the cache goes away, all reads come here at once, and to open one takes longer than a read.</summary>
    public const int OpenConnections = 12;

    private const string IdleSessionTimeout = "57P05";
    private const string IdleInTransactionTimeout = "25P03";
    private const string TransactionTimeout = "25P04";

    /// <summary>Does not wait for the disk, and so does not make the commits of changes wait for it either.</summary>
    private const string DeleteSettled = """
        WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
        DELETE FROM outbox AS o USING unhurried, unnest({0}, {1}) AS settled(order_id, version)
        WHERE o.order_id = settled.order_id AND o.version = settled.version
        """;

    /// <summary>
    /// The server (its data directory), the database in it, the timeline, which is another one after every promotion and every recovery to
    /// a point in time, and the files of the tables, for a dump that is restored into the same database makes these anew. So do
    /// <c>TRUNCATE</c> and <c>VACUUM FULL</c>, which then cost an empty cache and nothing else.
    /// </summary>
    private const string ThisDatabase = """
        (CASE WHEN pg_is_in_recovery() THEN NULL ELSE
           (SELECT system_identifier FROM pg_control_system()) || ':' ||
           (SELECT oid FROM pg_database WHERE datname = current_database()) || ':' ||
           left(pg_walfile_name(pg_current_wal_lsn()), 8) || ':' ||
           pg_relation_filenode(to_regclass('orders')) || ':' ||
           pg_relation_filenode(to_regclass('cache_cells')) || ':' ||
           pg_relation_filenode(to_regclass('api_keys')) || ':' ||
           pg_relation_filenode(to_regclass('revisions')) END)
        """;

    private const string LogPosition =
        "(CASE WHEN pg_is_in_recovery() THEN NULL ELSE CAST(pg_current_wal_lsn() - CAST('0/0' AS pg_lsn) AS bigint) END)";
    private static readonly TimeSpan ReopenAtMostEvery = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlMultiHostDataSource? _servers;
    private readonly OutboxNotifications _notifications;
    private readonly Lock _reopening = new();
    private long? _reopenedAt;

    /// <exception cref="ConnectionStringException">The connection string is not understood.</exception>
    public PostgresEngine(string connectionString)
    {
        var settings = PostgresConnectionString.Parse(connectionString);
        connectionString = settings.ConnectionString;
        Description = PostgresConnectionString.Describe(settings);
        Default(settings, connectionString, "Timeout", s => s.Timeout = 3);
        Default(settings, connectionString, "Command Timeout", s => s.CommandTimeout = 5);
        Default(settings, connectionString, "Maximum Pool Size", s => s.MaxPoolSize = 40);
        Default(settings, connectionString, "Minimum Pool Size", s => s.MinPoolSize = Math.Min(OpenConnections, s.MaxPoolSize));
        Default(settings, connectionString, "Max Auto Prepare", s => s.MaxAutoPrepare = 50);
        Default(settings, connectionString, "Application Name", s => s.ApplicationName = "mes");
        if (settings.Host?.Contains(',') == true)
        {
            // Of several servers only the primary: what a standby tells is old.
            var wanted = settings.TargetSessionAttributes is { } named
                ? Enum.Parse<TargetSessionAttributes>(named.Replace("-", string.Empty), ignoreCase: true)
                : TargetSessionAttributes.Primary;
            settings.TargetSessionAttributes = null;
            Default(settings, connectionString, "Host Recheck Seconds", s => s.HostRecheckSeconds = 1);
            _servers = new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost();
            _source = _servers.WithTargetSession(wanted);
        }
        else
        {
            _source = NpgsqlDataSource.Create(settings);
        }

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

    public string Identity => ThisDatabase;

    public string Position => LogPosition;

    public bool IsIdentityLasting => true;

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

    // Classes of errors (SQLSTATE, appendix A of PostgreSQL's manual): connections, resources and the server itself as a whole.
    // What is none of the server's is about the way to it.
    public bool IsTransient(Exception exception) => exception.Find<NpgsqlException>() is not { } found
        ? exception.Find<TimeoutException>() is not null
        : found is not PostgresException server || server.IsTransient || IsOldPlan(server) || server is
        {
            SqlState: ['0', '8', ..] or ['2', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..] or ['X', 'X', ..]
                or PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidSqlStatementName
                or IdleInTransactionTimeout or TransactionTimeout
                or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable,
        };

    public string? FindRefusal(Exception exception) => exception.Find<PostgresException>()?.SqlState switch
    {
        PostgresErrorCodes.ReadOnlySqlTransaction => "is read-only",
        PostgresErrorCodes.DiskFull => "has no space left",
        _ => null,
    };

    public void Failed(Exception exception)
    {
        if (exception.Find<PostgresException>() is not { } found
            || !(IsOldPlan(found) || found.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidSqlStatementName or IdleSessionTimeout))
        {
            return;
        }

        lock (_reopening)
        {
            // One after the other, all connections may find it out; those that were opened since need not go as well.
            if (_reopenedAt is { } before && TimeProvider.System.GetElapsedTime(before) < ReopenAtMostEvery)
            {
                return;
            }

            _reopenedAt = TimeProvider.System.GetTimestamp();
        }

        _source.Clear();
    }

    public async Task<IReadOnlyCollection<string>> FindDisabledTriggersAsync(DbContext context, CancellationToken cancellationToken) =>
        await context.Database.SqlQueryRaw<string>(TriggerSwitches.FindOff).ToListAsync(cancellationToken);

    public Task EnableTriggersAsync(DbContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(TriggerSwitches.SwitchOn, cancellationToken);

    public bool IsUniqueViolation(Exception exception) =>
        exception.Find<PostgresException>() is { SqlState: PostgresErrorCodes.UniqueViolation };

    public Task WaitForOutboxAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _notifications.WaitAsync(limit, cancellationToken);

    public Task DeleteConfirmedAsync(DbContext context, Guid[] orderIds, int[] versions, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(DeleteSettled, [orderIds, versions], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _notifications.DisposeAsync();
        await _source.DisposeAsync();
        if (_servers is not null)
        {
            await _servers.DisposeAsync();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>A statement that was prepared for a table as it was before somebody changed its columns. Its SQLSTATE alone says too little.</summary>
    private static bool IsOldPlan(NpgsqlException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };

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
