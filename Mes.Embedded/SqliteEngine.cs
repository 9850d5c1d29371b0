using System.Globalization;
using Mes.Infrastructure.Persistence;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Mes.Embedded;

/// <summary>SQLite in a file: the database of the zero-install start.</summary>
public sealed class SqliteEngine : IDatabaseEngine
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ConstraintPrimaryKey = 1555;
    private const int ConstraintUnique = 2067;

    private readonly string _connectionString;

    /// <param name="file">Made where it is missing, its folder too.</param>
    public SqliteEngine(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        Description = $"SQLite in {file}";
        _connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 5 }.ToString();
    }

    public string Description { get; }

    public string SkipLocked => string.Empty;

    public void Configure(DbContextOptionsBuilder options) =>
        options.UseSqlite(_connectionString, sqlite => sqlite.MigrationsAssembly(typeof(SqliteEngine).Assembly));

    /// <summary>Deferred: a reader does not keep the one writer out.</summary>
    public async Task<IDbContextTransaction> BeginSnapshotAsync(DbContext context, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        var transaction = ((SqliteConnection)context.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return (await context.Database.UseTransactionAsync(transaction, cancellationToken))!;
    }

    public string Now(int shiftMilliseconds = 0) =>
        string.Create(CultureInfo.InvariantCulture, $"(CAST(unixepoch('subsec') * 1000 AS INTEGER) + {shiftMilliseconds})");

    public string MillisecondsSince(string column) => $"CAST({Now()} - {column} AS REAL)";

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

    // CROSS JOIN keeps this order of the tables: an index of the second is searched for each row of the first.
    public string OverdueInPresentEpochs(int most) =>
        $"""
        SELECT o.id, o.order_id
        FROM cache_cells AS k CROSS JOIN outbox AS o
        WHERE o.cell = k.cell AND o.overdue_epoch >= k.epoch
        LIMIT {most}
        """;

    public string IdIn(string query) => $"id IN ({query})";

    public object ToColumn(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public bool IsTransient(Exception exception) => exception.Find<SqliteException>() is { SqliteErrorCode: Busy or Locked };

    public bool IsUniqueViolation(Exception exception) =>
        exception.Find<SqliteException>() is { SqliteExtendedErrorCode: ConstraintUnique or ConstraintPrimaryKey };

    public Task WaitForOutboxAsync(TimeSpan limit, CancellationToken cancellationToken) => Task.Delay(limit, cancellationToken);

    public Task DeleteSettledAsync(DbContext context, Guid[] orderIds, int[] versions, CancellationToken cancellationToken)
    {
        var sql = $"DELETE FROM outbox WHERE (order_id, version) IN (VALUES {string.Join(", ", orderIds.Select((_, i) => $"({{{2 * i}}}, {{{(2 * i) + 1}}})"))})";
        return context.Database.ExecuteSqlRawAsync(sql, orderIds.Zip(versions, (id, version) => new object[] { id, version }).SelectMany(pair => pair), cancellationToken);
    }
}
