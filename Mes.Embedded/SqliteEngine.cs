using System.Globalization;
using Mes.Infrastructure.Connections;
using Mes.Infrastructure.Persistence;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mes.Embedded;

/// <summary>SQLite in a file: the database of the zero-install start.</summary>
public sealed class SqliteEngine : IDatabaseEngine
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int OutOfMemory = 7;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15;
    private const int SchemaChanged = 17;
    private const int NotADatabase = 26;
    private const int ConstraintPrimaryKey = 1555;
    private const int ConstraintUnique = 2067;

    private readonly string _connectionString;

    /// <param name="file">The file. If it is missing, it is created, and its folder too.</param>
    /// <exception cref="IOException">The file cannot be created or written, or is no database.</exception>
    public SqliteEngine(string file)
    {
        try
        {
            CreateForOwnerOnly(Path.GetFullPath(file));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }

        Description = $"SQLite in {file}";
        _connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 5 }.ToString();
        Check(file);
    }

    /// <summary>
    /// Keeps other users of the machine from reading the orders and the hashes of keys. The engine creates its other
    /// files (<c>-wal</c>, <c>-shm</c>) with the rights of this one. An existing folder keeps its rights.
    /// </summary>
    private static void CreateForOwnerOnly(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = ownerOnly,
        }).Dispose();

        // An earlier version created files with other rights.
        foreach (var existing in new[] { file, file + "-wal", file + "-shm" }.Where(File.Exists))
        {
            File.SetUnixFileMode(existing, ownerOnly);
        }
    }

    public string Description { get; }

    public string SkipLocked => string.Empty;

    public void Configure(DbContextOptionsBuilder options) =>
        options
            .UseSqlite(_connectionString, sqlite => sqlite.MigrationsAssembly(typeof(SqliteEngine).Assembly))
            .ReplaceService<IModelCustomizer, SqliteModel>();

    /// <summary>The transaction is deferred, so that a reader does not block the single writer.</summary>
    public async Task<IDbContextTransaction> BeginSnapshotAsync(DbContext context, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        var transaction = ((SqliteConnection)context.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await context.Database.UseTransactionAsync(transaction, cancellationToken))!;
    }

    public string Now(int shiftMilliseconds = 0) => string.Create(
        CultureInfo.InvariantCulture, $"(CAST(unixepoch('subsec') * 1000 AS INTEGER) + {shiftMilliseconds})");

    public string LongAgo(string number) => $"({number})";

    public string MillisecondsSince(string column) => $"CAST({Now()} - {column} AS REAL)";

    public string Identity => "'file'";

    public string Position => "CAST(NULL AS INTEGER)";

    /// <summary>False, because a copy of the file cannot be distinguished from the file.</summary>
    public bool IsIdentityLasting => false;

    public string UtcDay(string column) => $"date({column} / 1000, 'unixepoch')";

    public string NearestRanks(string group, string value, string table, string where) =>
        $"""
        SELECT "Group", COUNT(*) AS "Count",
               MIN(CASE WHEN 2 * position >= total THEN value END) AS "Median",
               MIN(CASE WHEN 10 * position >= 9 * total THEN value END) AS "P90"
        FROM (SELECT {group} AS "Group", {value} AS value,
                     ROW_NUMBER() OVER (PARTITION BY {group} ORDER BY {value}) AS position,
                     COUNT(*) OVER (PARTITION BY {group}) AS total
              FROM {table}
              WHERE {where}) AS ranked
        GROUP BY "Group"
        """;

    // CROSS JOIN keeps the order of the tables: for each row of the first, SQLite searches an index of the second.
    public string OverdueInPresentEpochs(int max) =>
        $"""
        SELECT o.id, o.order_id
        FROM cache_cells AS k CROSS JOIN outbox AS o
        WHERE o.cell = k.cell AND o.overdue_epoch >= k.epoch
        LIMIT {max}
        """;

    public string IdIn(string query) => $"id IN ({query})";

    public object ToColumn(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public bool IsTransient(Exception exception) => exception.Find<SqliteException>() is
    {
        SqliteErrorCode: Busy or Locked or OutOfMemory or ReadOnly or IoError or Corrupt or Full or CannotOpen
            or Protocol or SchemaChanged or NotADatabase,
    };

    public string? FindRefusal(Exception exception) => exception.Find<SqliteException>()?.SqliteErrorCode switch
    {
        ReadOnly => "is read-only",
        Full => "has no space left",
        _ => null,
    };

    public void Failed(Exception exception)
    {
        // There is one file, and every connection uses it.
    }

    public Task<IReadOnlyCollection<string>> FindDisabledTriggersAsync(
        DbContext context, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyCollection<string>>([]); // SQLite cannot disable triggers.

    public Task EnableTriggersAsync(DbContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public bool IsUniqueViolation(Exception exception) =>
        exception.Find<SqliteException>() is { SqliteExtendedErrorCode: ConstraintUnique or ConstraintPrimaryKey };

    // A transaction that writes waits until the one before it has ended.
    public bool IsKeyInProgress(Exception exception) => false;

    public Task WaitForOutboxAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        Task.Delay(limit, cancellationToken);

    public Task WaitForEventsAsync(TimeSpan limit, CancellationToken cancellationToken) =>
        Task.Delay(limit, cancellationToken);

    // One transaction writes at a time, from its beginning, so all statements see the same.
    public async Task<NumberedEvents?> NumberEventsAsync(
        DbContext context, long after, string ready, int window, int max, CancellationToken cancellationToken)
    {
        var seen = $$"""SELECT * FROM event_queue WHERE id > {0} ORDER BY id LIMIT {{window}}""";
        var write = $$"""
            INSERT INTO events (position, event_id, order_id, version, seller_id, external_id,
                                from_status, to_status, at, numbered_at, webhook_id, notice)
            SELECT (SELECT last FROM feed) + row_number() OVER (ORDER BY q.id), q.event_id, q.order_id, q.version,
                   q.seller_id, q.external_id, q.from_status, q.to_status, q.at, {{Now()}}, q.webhook_id, q.notice
            FROM ({{seen}}) AS q
            WHERE {{ready}}
            ORDER BY q.id
            LIMIT {{max}}
            """;
        const string Remove = """
            DELETE FROM event_queue
            WHERE event_id IN (SELECT event_id FROM events WHERE position > (SELECT last FROM feed))
            """;
        var deliver = $"""
            INSERT INTO webhook_deliveries ({DeliverySql.Columns})
            SELECT {DeliverySql.Values("n", Now())}
            FROM events AS n JOIN webhooks AS w ON {DeliverySql.IsMeantFor("n")}
            WHERE n.position > (SELECT last FROM feed)
            ORDER BY n.position
            """;
        var lanes = $"""
            INSERT INTO webhook_lanes (webhook_id, lane, changes, due_at)
            SELECT w.id, n.order_id, 0, {LongAgo("MIN(n.position)")}
            FROM events AS n JOIN webhooks AS w ON {DeliverySql.IsMeantFor("n")}
            WHERE n.position > (SELECT last FROM feed)
            GROUP BY w.id, n.order_id
            ON CONFLICT (webhook_id, lane) DO UPDATE SET changes = changes + 1
            """;
        var look = $$"""
            SELECT CAST(COUNT(*) AS INTEGER) AS "Count", CAST(COUNT(*) AS INTEGER) AS "Seen",
                   coalesce(MAX(q.id), 0) AS "LastSeen", MIN(q.id) AS "OldestLeft"
            FROM ({{seen}}) AS q
            """;
        var database = context.Database;
        var before = (await database.SqlQueryRaw<NumberedEvents>(look, after).ToListAsync(cancellationToken)).Single();
        var count = await database.ExecuteSqlRawAsync(write, [after], cancellationToken);
        if (count > 0)
        {
            await database.ExecuteSqlRawAsync(Remove, cancellationToken);
            await database.ExecuteSqlRawAsync(deliver, cancellationToken);
            await database.ExecuteSqlRawAsync(lanes, cancellationToken);
            await database.ExecuteSqlRawAsync("UPDATE feed SET last = last + {0}", [count], cancellationToken);
        }

        var left = (await database.SqlQueryRaw<NumberedEvents>(look, after).ToListAsync(cancellationToken)).Single();
        return before with { Count = count, OldestLeft = left.OldestLeft };
    }

    // The transaction has the only right to write from its beginning.
    public Task HoldFeedAsync(DbContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task ExecuteTogetherAsync(
        DbContext context, string statements, object?[] parameters, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.Database.ExecuteSqlRawAsync(statements, parameters!, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public string HoldFeed => string.Empty;

    public async Task<int> ClaimLanesAsync(
        DbContext context, Guid claim, LaneClaims claims, CancellationToken cancellationToken)
    {
        // Every lane that is due is looked at: the embedded database is for few.
        var slow = $$"""
            UPDATE webhook_states SET held_until = {{Now(claims.SlowPauseMilliseconds)}}
            WHERE failures >= {{claims.SlowAfter}}
              AND webhook_id IN (SELECT webhook_id FROM webhook_lanes WHERE claim = {0} AND event_id IS NULL)
            """;
        var take = $$"""
            UPDATE webhook_lanes SET claim = {0}, due_at = {{Now(claims.ClaimMilliseconds)}}
            WHERE due_at <= {{Now()}} AND (webhook_id, lane) IN (
                SELECT webhook_id, lane FROM (
                    SELECT l.webhook_id, l.lane, l.event_id, {{claims.Allowed("s")}} - (
                               SELECT COUNT(*) FROM webhook_lanes AS b
                               WHERE b.webhook_id = l.webhook_id AND b.claim IS NOT NULL AND b.event_id IS NULL
                                 AND b.due_at > {{Now()}}) AS free,
                           row_number() OVER (
                               PARTITION BY l.webhook_id, l.event_id IS NULL ORDER BY l.due_at) AS place
                    FROM webhook_lanes AS l JOIN webhook_states AS s ON s.webhook_id = l.webhook_id
                    WHERE l.due_at <= {{Now()}}
                      AND (l.event_id IS NOT NULL OR {{claims.IsOpen("s", Now(), Now(claims.LatestHold))}})) AS due
                WHERE event_id IS NOT NULL OR place <= free
                LIMIT {{claims.Max}})
            """;
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var count = await context.Database.ExecuteSqlRawAsync(take, [claim], cancellationToken);
        if (count > 0)
        {
            await context.Database.ExecuteSqlRawAsync(slow, [claim], cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return count;
    }

    public Task<QueueMark?> MarkQueueAsync(DbContext context, CancellationToken cancellationToken) =>
        Task.FromResult<QueueMark?>(null);

    public Task<long?> FindQueueFloorAsync(
        DbContext context, QueueMark mark, CancellationToken cancellationToken) =>
        Task.FromResult<long?>(null);

    public Task DeleteConfirmedAsync(
        DbContext context, Guid[] orderIds, int[] versions, CancellationToken cancellationToken)
    {
        var placeholders = string.Join(", ", orderIds.Select((_, i) => $"({{{2 * i}}}, {{{(2 * i) + 1}}})"));
        var parameters = orderIds.Zip(versions, (id, version) => new object[] { id, version }).SelectMany(pair => pair);
        var sql = $"DELETE FROM outbox WHERE (order_id, version) IN (VALUES {placeholders})";
        return context.Database.ExecuteSqlRawAsync(sql, parameters, cancellationToken);
    }

    /// <summary>Fails at the start, with one message, rather than with every statement.</summary>
    private void Check(string file)
    {
        try
        {
            using var connection = new SqliteConnection(_connectionString + ";Pooling=False");
            connection.Open();
            using var check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() is not "ok")
            {
                throw new IOException($"{file} is damaged");
            }

            // Writes nothing, but fails if the file cannot be written.
            check.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
            check.ExecuteNonQuery();
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is NotADatabase or Corrupt)
        {
            throw new IOException($"{file} is no SQLite database, or is damaged", exception);
        }
        catch (SqliteException exception) when (!IsTransient(exception))
        {
            throw new IOException($"{file} cannot be opened and written", exception);
        }
    }
}
