using System.Data;
using System.Globalization;
using Mes.Infrastructure.Connections;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Mes.Infrastructure.Persistence.Postgres;

/// <summary>PostgreSQL 15 or later.</summary>
public sealed class PostgresEngine : IDatabaseEngine, IAsyncDisposable, IDisposable
{
    /// <summary>
    /// How many connections are kept open. When the cache goes away, all reads come to the database at once, and
    /// opening a connection takes longer than a read.
    /// </summary>
    public const int OpenConnections = 12;

    private const string IdleSessionTimeout = "57P05";
    private const string IdleInTransactionTimeout = "25P03";
    private const string TransactionTimeout = "25P04";

    /// <summary>Does not wait for the disk, and so does not make the commits of changes wait for it either.</summary>
    private const string DeleteConfirmed = """
        WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
        DELETE FROM outbox AS o USING unhurried, unnest({0}, {1}) AS confirmed(order_id, version)
        WHERE o.order_id = confirmed.order_id AND o.version = confirmed.version
        """;

    /// <summary>
    /// The server (its data directory); the database in it; the timeline, which changes with every promotion and every
    /// recovery to a point in time; and the files of the tables, which change when a dump is restored into the same
    /// database. <c>TRUNCATE</c> and <c>VACUUM FULL</c> change these files too, which costs an empty cache and nothing
    /// else.
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

    private const string LogPosition = """
        (CASE WHEN pg_is_in_recovery() THEN NULL ELSE CAST(pg_current_wal_lsn() - CAST('0/0' AS pg_lsn) AS bigint) END)
        """;

    private static readonly TimeSpan MinReopenInterval = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlMultiHostDataSource? _servers;
    private readonly Notifications _outboxNotifications;
    private readonly Notifications _eventNotifications;
    private readonly Lock _reopening = new();
    private long? _reopenedAt;

    /// <param name="password">Used instead of the password in the connection string; null for that one.</param>
    /// <exception cref="ConnectionStringException">The connection string is not understood.</exception>
    public PostgresEngine(string connectionString, string? password = null)
    {
        var settings = PostgresConnectionString.Parse(connectionString);
        if (password is not null)
        {
            settings.Password = password;
        }

        connectionString = settings.ConnectionString;
        Description = PostgresConnectionString.Describe(settings);
        Default(settings, connectionString, "Timeout", s => s.Timeout = 3);
        Default(settings, connectionString, "Command Timeout", s => s.CommandTimeout = 5);
        Default(settings, connectionString, "Maximum Pool Size", s => s.MaxPoolSize = 40);
        var minPoolSize = Math.Min(OpenConnections, settings.MaxPoolSize);
        Default(settings, connectionString, "Minimum Pool Size", s => s.MinPoolSize = minPoolSize);
        Default(settings, connectionString, "Max Auto Prepare", s => s.MaxAutoPrepare = 50);
        Default(settings, connectionString, "Application Name", s => s.ApplicationName = "mes");
        // Otherwise the client looks for Kerberos, which images lack, and the runtime complains on the console.
        Default(
            settings,
            connectionString,
            "GSS Encryption Mode",
            s => s.GssEncryptionMode = GssEncryptionMode.Disable);
        if (settings.Host?.Contains(',') == true)
        {
            // Of several servers only the primary is used: a standby's data is old.
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

        _outboxNotifications = new Notifications(_source, "mes_outbox");
        _eventNotifications = new Notifications(_source, EventQueueStatements.Channel);
    }

    public string Description { get; }

    public string SkipLocked => "FOR UPDATE SKIP LOCKED";

    public void Configure(DbContextOptionsBuilder options) =>
        options
            .UseNpgsql(_source, npgsql => npgsql.MigrationsAssembly(typeof(PostgresEngine).Assembly))
            .ReplaceService<IModelCustomizer, PostgresModel>();

    public Task<IDbContextTransaction> BeginSnapshotAsync(DbContext context, CancellationToken cancellationToken) =>
        context.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);

    public string Now(int shiftMilliseconds = 0) =>
        string.Create(
            CultureInfo.InvariantCulture, $"(clock_timestamp() + {shiftMilliseconds} * interval '1 millisecond')");

    public string LongAgo(string number) => $"(timestamptz 'epoch' + ({number}) * interval '1 millisecond')";

    public string MillisecondsSince(string column) =>
        $"CAST(extract(epoch FROM clock_timestamp() - {column}) * 1000 AS double precision)";

    public string Identity => ThisDatabase;

    public string Position => LogPosition;

    public bool IsIdentityLasting => true;

    public string UtcDay(string column) => $"CAST({column} AT TIME ZONE 'UTC' AS date)";

    // Takes a quarter of the time of window functions.
    public string NearestRanks(string group, string value, string table, string where) =>
        $"""
        SELECT {group} AS "Group", COUNT(*) AS "Count",
               percentile_disc(0.5) WITHIN GROUP (ORDER BY {value}) AS "Median",
               percentile_disc(0.9) WITHIN GROUP (ORDER BY {value}) AS "P90"
        FROM {table}
        WHERE {where}
        GROUP BY {group}
        """;

    // Ordered by an index, so that the planner uses it: its estimate of an epoch's rows may be very wrong.
    public string OverdueInPresentEpochs(int max) =>
        $"""
        SELECT o.id, o.order_id
        FROM cache_cells AS k
        CROSS JOIN LATERAL (SELECT id, order_id FROM outbox
                            WHERE cell = k.cell AND overdue_epoch >= k.epoch
                            ORDER BY cell, overdue_epoch, due_at, id LIMIT {max}) AS o
        LIMIT {max}
        """;

    // Not IN: if the planner expects many ids, it reads the whole table, or runs the query again and again.
    public string IdIn(string query) => $"id = ANY(ARRAY({query}))";

    public object ToColumn(DateTimeOffset time) => time;

    // Classes of errors (SQLSTATE, appendix A of PostgreSQL's manual): connections, resources, and the server as a
    // whole. An exception that does not come from the server is about the connection to it.
    public bool IsTransient(Exception exception) => exception.Find<NpgsqlException>() is not { } found
        ? exception.Find<TimeoutException>() is not null
        : found is not PostgresException server || server.IsTransient || IsOldPlan(server) || server is
        {
            SqlState: ['0', '8', ..] or ['2', '8', ..] or ['5', '3', ..] or ['5', '7', ..] or ['5', '8', ..]
                or ['X', 'X', ..]
                or PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InvalidSqlStatementName
                or IdleInTransactionTimeout or TransactionTimeout
                or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.LockNotAvailable,
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
            || !(IsOldPlan(found)
                || found.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction
                    or PostgresErrorCodes.InvalidSqlStatementName
                    or IdleSessionTimeout))
        {
            return;
        }

        lock (_reopening)
        {
            // All connections may fail like this, one after the other. Those opened since then need not be closed too.
            if (_reopenedAt is { } before && TimeProvider.System.GetElapsedTime(before) < MinReopenInterval)
            {
                return;
            }

            _reopenedAt = TimeProvider.System.GetTimestamp();
        }

        _source.Clear();
    }

    public async Task<IReadOnlyCollection<string>> FindDisabledTriggersAsync(
        DbContext context, CancellationToken cancellationToken) =>
        await context.Database.SqlQueryRaw<string>(TriggerSwitches.FindOff).ToListAsync(cancellationToken);

    public Task EnableTriggersAsync(DbContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(TriggerSwitches.SwitchOn, cancellationToken);

    public bool IsUniqueViolation(Exception exception) =>
        exception.Find<PostgresException>() is { SqlState: PostgresErrorCodes.UniqueViolation };

    public bool IsKeyInProgress(Exception exception) =>
        exception.Find<PostgresException>() is { SqlState: IdempotencyKeyRow.InProgressState };

    public Task WaitForOutboxAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _outboxNotifications.WaitAsync(limit, cancellationToken);

    public Task WaitForEventsAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        _eventNotifications.WaitAsync(limit, cancellationToken);

    public Task<NumberedEvents?> NumberEventsAsync(
        DbContext context, long after, string ready, int window, int max, CancellationToken cancellationToken) =>
        EventQueueStatements.NumberAsync(context, after, ready, window, max, cancellationToken);

    public async Task<QueueMark?> MarkQueueAsync(DbContext context, CancellationToken cancellationToken) =>
        await EventQueueStatements.MarkAsync(context, cancellationToken);

    public Task<long?> FindQueueFloorAsync(
        DbContext context, QueueMark mark, CancellationToken cancellationToken) =>
        EventQueueStatements.FindFloorAsync(context, mark, cancellationToken);

    public string HoldFeed => WebhookStatements.HoldFeed;

    public Task HoldFeedAsync(DbContext context, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(WebhookStatements.HoldFeedInTransaction, cancellationToken);

    public Task ExecuteTogetherAsync(
        DbContext context, string statements, object?[] parameters, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(statements, parameters!, cancellationToken);

    public Task<int> ClaimLanesAsync(
        DbContext context, Guid claim, LaneClaims claims, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(WebhookStatements.ClaimLanes(this, claims), [claim], cancellationToken);

    public Task DeleteConfirmedAsync(
        DbContext context, Guid[] orderIds, int[] versions, CancellationToken cancellationToken) =>
        context.Database.ExecuteSqlRawAsync(DeleteConfirmed, [orderIds, versions], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _outboxNotifications.DisposeAsync();
        await _eventNotifications.DisposeAsync();
        await _source.DisposeAsync();
        if (_servers is not null)
        {
            await _servers.DisposeAsync();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>
    /// Whether a statement was prepared before the columns of its table changed. The SQLSTATE alone is too general.
    /// </summary>
    private static bool IsOldPlan(NpgsqlException exception) => exception is PostgresException
    {
        SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery",
    };

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
