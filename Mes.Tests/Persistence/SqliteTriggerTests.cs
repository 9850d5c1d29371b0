using Mes.Embedded;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Caching.Support;
using Mes.Tests.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using NUnit.Framework;

namespace Mes.Tests.Persistence;

/// <summary>The counterpart of <see cref="TriggerSessionTests"/> for SQLite.</summary>
[Category("Embedded")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SqliteTriggerTests : IDisposable
{
    private const string NewOrder = """
        INSERT INTO orders (id, seller_id, external_id, material, quantity, status, version, created_at, status_changed_at, updated_at,
                            change_id, changed_by, model_file_name, model_polygon_count, model_sha256)
        VALUES ('{id}', 'alpha', 'e-' || hex(randomblob(8)), 'PLA', 1, 'SUBMITTED', 1, 1, 1, 1, '{id}', 'seller:alpha', 'a.stl', 1, 'x');
        """;

    private readonly string _id = Commands.NewOrderId().ToString().ToUpperInvariant();
    private readonly TemporaryDirectory _directory = new();

    private string File => Path.Combine(_directory.Path, "mes.db");

    public void Dispose() => _directory.DisposeAsync().AsTask().GetAwaiter().GetResult();

    [TestCase("CREATE TEMPORARY TABLE outbox (order_id, version, tags, attempts, due_at); CREATE TEMPORARY TABLE "
        + "order_history AS SELECT * FROM main.order_history")]
    [TestCase("PRAGMA recursive_triggers = ON")]
    [TestCase("PRAGMA case_sensitive_like = ON; PRAGMA ignore_check_constraints = ON")]
    public async Task Class_42_a_change_by_hand_is_noted_whatever_the_session_has_set(string session)
    {
        await MigrateAsync();
        await ExecuteAsync(New());

        await ExecuteAsync(
            $"{session}; UPDATE main.orders SET status = 'REJECTED'; UPDATE main.orders SET notes = 'again', version = version + 1");

        Assert.That(
            await ScalarAsync("SELECT version || ' ' || changed_by FROM orders"), Is.EqualTo("3 database:sqlite"));
        Assert.That(
            await ScalarAsync(
                "SELECT group_concat(coalesce(from_status, '') || '>' || to_status, ' ') FROM (SELECT * FROM "
                    + "order_history ORDER BY version)"),
            Is.EqualTo(">SUBMITTED SUBMITTED>REJECTED REJECTED>REJECTED"));
        Assert.That(
            await ScalarAsync("SELECT group_concat(version) FROM (SELECT version FROM outbox ORDER BY version)"),
                Is.EqualTo("1,2,3"));
        Assert.That(
            await ScalarAsync("SELECT CAST(count(DISTINCT change_id) AS TEXT) FROM order_history"), Is.EqualTo("3"));
    }

    [TestCase("seller_id = 'al pha'")]
    [TestCase("seller_id = ''")]
    [TestCase("seller_id = 'älpha'")]
    [TestCase("due_at = 'tomorrow'")]
    [TestCase("due_at = 253402300800000")]
    [TestCase("updated_at = 9223372036854775807")]
    [TestCase("quantity = 'many'")]
    [TestCase("version = 'last'")]
    [TestCase("price_amount = 'dear', price_currency = 'EUR'")]
    [TestCase("price_amount = '1'")]
    [TestCase("shipment_carrier = 'DHL'")]
    [TestCase("id = lower(id)")]
    public async Task Values_that_readers_could_not_read_are_refused(string value)
    {
        await MigrateAsync();
        await ExecuteAsync(New());

        Assert.That(async () => await ExecuteAsync($"UPDATE orders SET {value}"), Throws.InstanceOf<SqliteException>());
        Assert.That(
            async () =>
                await ExecuteAsync(
                    "INSERT INTO api_keys (id, secret_hash, role, caller_id, created_at) VALUES ('k', x'00', "
                        + "'seller', 'al pha', 1)"), Throws.InstanceOf<SqliteException>());
    }

    [Test]
    public async Task An_order_is_not_replaced()
    {
        await MigrateAsync();
        await ExecuteAsync(New());
        await ExecuteAsync("UPDATE orders SET status = 'REJECTED'");

        Assert.That(
            async () =>
                await ExecuteAsync(New().Replace("INSERT INTO", "INSERT OR REPLACE INTO", StringComparison.Ordinal)),
                    Throws.InstanceOf<SqliteException>());
        Assert.That(await ScalarAsync("SELECT version || ' ' || status FROM orders"), Is.EqualTo("2 REJECTED"));
    }

    [TestCase(1, "0 9,0 9")]
    [TestCase(2, "- -,- -", TestName =
        "A_row_that_is_marked_without_an_epoch_gets_that_of_the_one_cell(not of one of several)")]
    public async Task A_row_that_is_marked_without_an_epoch_gets_that_of_the_one_cell(int cells, string marks)
    {
        await MigrateAsync();
        await ExecuteAsync("UPDATE cache_cells SET epoch = 9; " + New());
        if (cells > 1)
        {
            await ExecuteAsync(
                "INSERT INTO cache_cells (cell, epoch, layout, since) SELECT 1, epoch, layout, since FROM cache_cells");
        }

        await ExecuteAsync("""
            PRAGMA recursive_triggers = ON;
            UPDATE outbox SET overdue_at = 1;
            INSERT INTO outbox (tags, overdue_at, attempts) VALUES ('', 1, 0);
            """);

        Assert.That(
            await ScalarAsync(
                "SELECT group_concat(coalesce(cell, '-') || ' ' || coalesce(overdue_epoch, '-')) FROM outbox"),
                    Is.EqualTo(marks));
    }

    [Test]
    public async Task An_odd_row_that_is_there_already_keeps_the_schema_from_being_brought_up_to_date()
    {
        await MigrateAsync("BoardAndLists");
        await ExecuteAsync(New().Replace("'alpha'", "'alpha '", StringComparison.Ordinal));

        Assert.That(async () => await MigrateAsync(),
            Throws.InstanceOf<SqliteException>().With.Message.Contains("docs/operating.md"));

        await ExecuteAsync(
            "DROP TRIGGER orders_before_update; UPDATE orders SET seller_id = 'alpha', version = version + 1, "
                + "change_id = 'x'");
        await MigrateAsync();
        Assert.That(await ScalarAsync("SELECT seller_id || ' ' || version FROM orders"), Is.EqualTo("alpha 2"));
    }

    private string New() => NewOrder.Replace("{id}", _id, StringComparison.Ordinal);

    private async Task MigrateAsync(string? target = null)
    {
        var engine = new SqliteEngine(File);
        var options = new DbContextOptionsBuilder<MesDbContext>();
        engine.Configure(options);
        await using var context = new MesDbContext(options.Options);
        await context.GetService<IMigrator>().MigrateAsync(target);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new SqliteCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> ScalarAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new SqliteCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync();
        return connection;
    }
}
