using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Benchmarks;
using Mes.Domain.Orders;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Persistence;

/// <summary>
/// The database answers what the cache does not by reading a part of an index. With a million orders, no statement of
/// the readers scans all of them or sorts more than a page can hold.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class PlanTests
{
    private const int Orders = 1_000_000;

    /// <summary>
    /// A small fraction of all orders. The planner sometimes sorts that many matches of one index because it is faster
    /// than searching another.
    /// </summary>
    private const int MaxSorted = Orders / 200;

    private static readonly OrderStatus[][] StatusFilters =
    [
        [],
        [OrderStatus.Submitted],
        [OrderStatus.Closed],
        [OrderStatus.Rejected],
        [OrderStatus.Submitted, OrderStatus.Cancelled, OrderStatus.Closed],
        [.. OrderStatuses.Active],
    ];

    private readonly Statements _statements = new();
    private TestDatabase? _database;
    private MesHost? _host;
    private NpgsqlConnection? _connection;
    private PagePosition _middle = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await CacheWorld.CreateDatabaseAsync();
        await FillAsync(_database.ConnectionString);
        _host = await MesHost.StartAsync(
            _database.ConnectionString,
            "127.0.0.1:1",
            ["--Mes:Cache:Enabled=false"],
            builder => builder.Services.ConfigureDbContext<MesDbContext>(
                options => options.AddInterceptors(_statements)));
        _connection = new NpgsqlConnection(_database.ConnectionString);
        await _connection.OpenAsync();
        await using var middle = new NpgsqlCommand(
            "SELECT id, created_at FROM orders ORDER BY created_at OFFSET 500000 LIMIT 1", _connection);
        await using var row = await middle.ExecuteReaderAsync();
        await row.ReadAsync();
        _middle = new PagePosition(new DateTimeOffset(row.GetDateTime(1)), row.GetGuid(0));
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_connection, _host, _database);

    [Test]
    public async Task The_board_is_read_from_an_index()
    {
        await AreGoodAsync("board", () => ReadAsync(new OrderSelection.Board(20)));
    }

    [Test]
    public async Task A_column_is_read_from_an_index(
        [Values(BoardSort.Oldest, BoardSort.Newest)] BoardSort sort, [Values] bool firstPage)
    {
        foreach (var status in OrderStatuses.Active)
        {
            await AreGoodAsync(
                $"column {status}",
                () => ReadAsync(new OrderSelection.Column(status, sort, firstPage ? null : _middle, 101)));
        }
    }

    [Test]
    public async Task A_list_is_read_from_an_index(
        [Values("-updatedAt", "updatedAt", "-createdAt", "createdAt")] string sort,
        [Values(null, "alpha", "small-7", "nobody")] string? seller,
        [Values] bool firstPage)
    {
        var filters =
            from statuses in StatusFilters
            from externalId in new[] { null, "PO-2026-4711" }
            from since in new DateTimeOffset?[] { null, _middle.Time, _middle.Time.AddYears(10) }
            select new OrderFilter(seller, statuses, externalId, since, OrderSort.Find(sort)!);
        foreach (var filter in filters)
        {
            await AreGoodAsync(
                $"{filter.SellerId ?? "all sellers"} [{string.Join(',', filter.Statuses)}] {filter.ExternalId} since {filter.UpdatedSince:yyyy-MM-dd} by {sort}",
                () => ReadAsync(new OrderSelection.List(filter, firstPage ? null : _middle, 101)));
        }
    }

    [Test]
    public async Task A_bad_plan_is_noticed()
    {
        await using var scan =
            new NpgsqlCommand("SELECT * FROM orders WHERE quantity > 7 ORDER BY material LIMIT 10", _connection);

        Assert.That(await ObjectionsAsync(scan), Has.Some.Contains("Seq Scan").And.Some.Contains("Sort"));
    }

    private Task<SelectedOrders> ReadAsync(OrderSelection selection) =>
        _host!.Services.GetRequiredService<IOrderSelectionReader>().ReadAsync(selection, CancellationToken.None);

    /// <summary>Drops the indexes while rows are inserted, because building them at once is faster.</summary>
    private static async Task FillAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        List<(string Name, string Definition)> indexes = [];
        const string All = """
            SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
            WHERE i.indrelid = 'orders'::regclass AND NOT i.indisprimary
            """;
        await using (var find = new NpgsqlCommand(All, connection))
        await using (var row = await find.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                indexes.Add((row.GetString(0), row.GetString(1)));
            }
        }

        await ExecuteAsync($"DROP INDEX {string.Join(", ", indexes.Select(index => index.Name))}");
        await SampleDatabase.FillAsync(database, Orders, countReads: false);
        await ExecuteAsync(string.Join(";\n", indexes.Select(index => index.Definition)) + ";\nANALYZE orders");

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task AreGoodAsync(string what, Func<Task> read)
    {
        _statements.Forget();
        await read();
        var sent = _statements.OnOrders;
        Assert.That(sent, Is.Not.Empty);
        Assert.Multiple(async () =>
        {
            foreach (var (sql, parameters) in sent)
            {
                await using var command = new NpgsqlCommand(sql, _connection);
                command.Parameters.AddRange(parameters);
                Assert.That(await ObjectionsAsync(command), Is.Empty, $"{what}\n{sql}");
            }
        });
    }

    /// <summary>The faults in the plan of this statement.</summary>
    private static async Task<IReadOnlyList<string>> ObjectionsAsync(NpgsqlCommand command)
    {
        command.CommandText = "EXPLAIN (FORMAT JSON) " + command.CommandText;
        using var plan = JsonDocument.Parse((string)(await command.ExecuteScalarAsync())!);
        List<string> objections = [];
        Look(plan.RootElement[0].GetProperty("Plan"), objections);
        return objections;
    }

    private static void Look(JsonElement node, List<string> objections)
    {
        var type = node.GetProperty("Node Type").GetString()!;
        JsonElement[] below = node.TryGetProperty("Plans", out var plans) ? [.. plans.EnumerateArray()] : [];
        if (type == "Seq Scan")
        {
            objections.Add($"{type} on {node.GetProperty("Relation Name")}");
        }
        else if (type == "Sort"
            && below.Sum(input => input.GetProperty("Plan Rows").GetDouble()) is var rows and > MaxSorted)
        {
            objections.Add($"{type} of {rows:0} rows");
        }

        foreach (var input in below)
        {
            Look(input, objections);
        }
    }

    /// <summary>Records the readers' statements with their parameters.</summary>
    private sealed class Statements : DbCommandInterceptor
    {
        private readonly ConcurrentQueue<(string Sql, NpgsqlParameter[] Parameters)> _sent = new();

        public IReadOnlyCollection<(string Sql, NpgsqlParameter[] Parameters)> OnOrders =>
            [.. _sent.Where(statement => statement.Sql.Contains("FROM orders", StringComparison.Ordinal))];

        public void Forget() => _sent.Clear();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
                CancellationToken cancellationToken = default)
        {
            _sent.Enqueue((command.CommandText,
                [.. command.Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.Clone())]));
            return new(result);
        }
    }
}
