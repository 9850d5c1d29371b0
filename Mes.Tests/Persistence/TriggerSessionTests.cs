using System.Security.Cryptography;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Postgres;
using Mes.Infrastructure.Startup;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Persistence;

/// <summary>
/// Changes of orders that bypass the service, under any settings of the session that makes them. The triggers still
/// write history and outbox (bug class 42), and refuse rows that readers could not read.
/// </summary>
[Category("Servers")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class TriggerSessionTests
{
    private const string BeforeTheMend = "BoardAndLists";

    private const string Shadow = """
        CREATE SCHEMA shadow;
        CREATE FUNCTION shadow.swallow(text, text) RETURNS text LANGUAGE sql AS 'SELECT ''swallowed''::text';
        CREATE OPERATOR shadow.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = shadow.swallow);
        CREATE FUNCTION shadow.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''infinity''::timestamptz';
        CREATE FUNCTION shadow.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT';
        SET search_path = shadow, public, pg_catalog;
        """;

    private const string NewOrder = """
        INSERT INTO orders (id, seller_id, external_id, material, quantity, status, version, created_at, status_changed_at, updated_at,
                            change_id, changed_by, model_file_name, model_polygon_count, model_sha256)
        VALUES ('{id}', 'alpha', 'e-' || gen_random_uuid(), 'PLA', 1, 'SUBMITTED', 1, now(), now(), now(), gen_random_uuid(), 'seller:alpha', 'a.stl', 1, 'x');
        """;

    private static readonly string[] Sessions =
    [
        "SET search_path = ''",
        "SET search_path = pg_temp, public",
        "CREATE TEMPORARY TABLE outbox (LIKE outbox INCLUDING ALL); CREATE TEMPORARY TABLE order_history (LIKE "
            + "order_history INCLUDING ALL)",
        "CREATE TEMPORARY TABLE orders (LIKE orders)",
        "CREATE TEMPORARY TABLE revisions (LIKE revisions)",
        Shadow,
        "SET plpgsql.variable_conflict = 'use_column'; SET DateStyle = 'German, DMY'; SET TimeZone = "
            + "'Asia/Kathmandu'; SET standard_conforming_strings = off",
        "SET mes.own = '1'",
    ];

    private static readonly string[] OddValues =
    [
        "seller_id = 'al pha'", "seller_id = 'alpha '", "seller_id = ''", "seller_id = '-alpha'",
            "seller_id = E'al\\npha'", "seller_id = 'älpha'", "seller_id = 'a:b{c}'",
        "due_at = 'infinity'", "due_at = '10000-01-01 00:00:00+00'",
            "due_at = '0001-01-01 00:00:00+00'::timestamptz - interval '1 second'",
        "created_at = '-infinity'", "updated_at = 'infinity', version = version + 1, change_id = gen_random_uuid()",
        "status_changed_at = '20000-01-01 00:00:00+00', version = version + 1, change_id = gen_random_uuid()",
        "price_amount = 'NaN', price_currency = 'EUR'", "price_amount = 1", "price_currency = 'EUR'",
            "shipment_carrier = 'DHL'", "shipment_tracking_number = '1'",
        "status = 'submitted'",
    ];

    private readonly Guid _id = Commands.NewOrderId();
    private TestDatabase _database = null!;

    [SetUp]
    public async Task CreateAsync() => _database = await TestDatabase.CreateAsync();

    [TearDown]
    public ValueTask DropAsync() => _database?.DisposeAsync()
        ?? ValueTask.CompletedTask; // Null if there is no server.

    [TestCaseSource(nameof(Sessions))]
    public async Task Class_42_a_change_by_hand_is_noted_whatever_the_session_has_set(string session)
    {
        await MigrateAsync();
        await ExecuteAsync(New());

        await ExecuteAsync($"{session}; UPDATE public.orders SET status = 'REJECTED' WHERE id = '{_id}'");

        Assert.That(
            await ScalarAsync("SELECT version || ' ' || changed_by || ' ' || (updated_at < 'infinity') FROM orders"),
                Does.Match("^2 database:.* true$"));
        Assert.That(
            await ScalarAsync(
                "SELECT string_agg(coalesce(from_status, '') || '>' || to_status, ' ' ORDER BY version) FROM "
                    + "order_history"),
            Is.EqualTo(">SUBMITTED SUBMITTED>REJECTED"));
        Assert.That(
            await ScalarAsync("SELECT tags || ' ' || (due_at <= clock_timestamp()) FROM outbox WHERE version = 2"),
            Is.EqualTo($"order:{_id} seller:alpha status:REJECTED orders status:SUBMITTED true"));
    }

    [Test]
    public async Task Class_42_with_the_triggers_as_they_were_a_temporary_table_swallows_what_the_cache_must_hear()
    {
        await MigrateAsync(BeforeTheMend);
        await ExecuteAsync(New());

        await ExecuteAsync($"{Sessions[2]}; UPDATE public.orders SET status = 'REJECTED' WHERE id = '{_id}'");

        Assert.That(await CountAsync("outbox WHERE version = 2"), Is.Zero);
    }

    [TestCaseSource(nameof(Sessions))]
    public async Task Class_42_a_key_revoked_by_hand_is_noticed_whatever_the_session_has_set(string session)
    {
        await MigrateAsync();
        await ExecuteAsync(
            "INSERT INTO api_keys (id, secret_hash, role, caller_id, created_at) VALUES ('k', 'x', 'seller', "
                + "'alpha', now())");
        var before = await CountAsync("revisions, generate_series(1, value)");

        await ExecuteAsync($"{session}; UPDATE public.api_keys SET revoked_at = now()");

        Assert.That(await CountAsync("revisions, generate_series(1, value)"), Is.GreaterThan(before));
    }

    [Test]
    public async Task Class_42_the_tables_may_stand_in_another_schema()
    {
        await ExecuteAsync("CREATE SCHEMA \"MES 2\"");
        await MigrateAsync(settings: ";Search Path='\"MES 2\"'");

        await ExecuteAsync(
            $"SET search_path = 'MES 2'; {New()}; SET search_path = ''; UPDATE \"MES 2\".orders SET notes = 'by hand'");

        Assert.That(await CountAsync("\"MES 2\".outbox WHERE version = 2"), Is.EqualTo(1));
        Assert.That(await CountAsync("\"MES 2\".order_history WHERE version = 2"), Is.EqualTo(1));
    }

    [TestCase("notes = 'by hand'")]
    [TestCase("version = version + 1, notes = 'by hand'")]
    [TestCase("change_id = gen_random_uuid(), notes = 'by hand'")]
    [TestCase("version = 77, changed_by = 'operator:anna'")]
    [TestCase("version = NULL")]
    [TestCase("change_id = NULL, version = version + 1")]
    public async Task What_does_not_raise_the_version_and_name_its_attempt_is_made_to_look_like_a_change(string change)
    {
        await MigrateAsync();
        await ExecuteAsync(New());

        await ExecuteAsync($"UPDATE orders SET {change}");

        Assert.That(
            await ScalarAsync("SELECT version || ' ' || changed_by FROM orders"), Does.StartWith("2 database:"));
        Assert.That(
            await CountAsync(
                "order_history AS h JOIN orders AS o ON h.change_id = o.change_id AND h.version = o.version"),
                    Is.EqualTo(1));
    }

    [Test]
    public async Task A_change_of_the_service_is_known_by_itself_and_kept_as_it_is()
    {
        await MigrateAsync();
        await ExecuteAsync(New());
        var changeId = Commands.NewOrderId();

        await ExecuteAsync(
            $"UPDATE orders SET version = 2, change_id = '{changeId}', changed_by = 'service:crm', status = 'REJECTED', updated_at = '2026-01-31 08:05:09.04+00'");

        Assert.That(
            await ScalarAsync(
                "SELECT changed_by || ' ' || change_id || ' ' || (updated_at = '2026-01-31 08:05:09.04+00') FROM "
                    + "orders"),
            Is.EqualTo($"service:crm {changeId} true"));
        Assert.That(await CountAsync("outbox WHERE version = 2 AND due_at > created_at"), Is.EqualTo(1),
            "its writer still has time to put it");
    }

    [Test]
    public async Task What_is_replicated_is_kept_as_it_is_and_the_cache_hears_of_it()
    {
        await MigrateAsync();
        await ExecuteAsync(
            $"SET session_replication_role = replica; {New()}; UPDATE orders SET version = 2, change_id = gen_random_uuid(), status = 'REJECTED'");
        Assert.That(await ScalarAsync("SELECT version || ' ' || changed_by FROM orders"), Is.EqualTo("2 seller:alpha"));
        Assert.That(await CountAsync("outbox WHERE due_at <= created_at"), Is.EqualTo(2));
        Assert.That(await CountAsync("order_history"), Is.Zero, "replication copies the history as well");

        // An order that already has several versions.
        await ExecuteAsync(
            $"SET session_replication_role = replica; {New(Commands.NewOrderId()).Replace("'SUBMITTED', 1", "'SHIPPED', 7", StringComparison.Ordinal)}");
        Assert.That(await CountAsync("orders WHERE version = 7"), Is.EqualTo(1));
        Assert.That(await CountAsync("outbox WHERE version = 7"), Is.EqualTo(1));
    }

    [Test]
    public async Task In_a_session_that_poses_as_a_replica_a_change_by_hand_raises_the_version_and_nothing_is_deleted()
    {
        await MigrateAsync();
        await ExecuteAsync(New());

        await ExecuteAsync("SET session_replication_role = replica; UPDATE orders SET status = 'REJECTED'");

        Assert.That(await CountAsync("orders WHERE version = 2"), Is.EqualTo(1));
        Assert.That(await CountAsync("outbox WHERE version = 2"), Is.EqualTo(1));
        foreach (var statement in new[] { "DELETE FROM orders", "TRUNCATE orders", "DELETE FROM order_history",
            "TRUNCATE order_history" })
        {
            foreach (var role in new[] { "origin", "replica", "local" })
            {
                Assert.That(async () => await ExecuteAsync($"SET session_replication_role = {role}; {statement}"),
                    Throws.InstanceOf<PostgresException>(), statement);
            }
        }
    }

    [Test]
    public async Task COPY_begins_each_order_anew()
    {
        await MigrateAsync();
        await ExecuteAsync(New());
        await ExecuteAsync("UPDATE orders SET status = 'REJECTED'");
        var row = (await ScalarAsync("SELECT orders::text FROM orders"))[1..^1].Replace(
            _id.ToString(), Commands.NewOrderId().ToString(), StringComparison.Ordinal);

        await CopyAsync("orders", System.Text.RegularExpressions.Regex.Replace(row, "e-[0-9a-f-]{36}", "e-copied"));

        Assert.That(
            await ScalarAsync(
                "SELECT version || ' ' || status || ' ' || changed_by FROM orders WHERE external_id = 'e-copied'"),
            Does.StartWith("1 REJECTED database:"));
        Assert.That(await CountAsync("outbox WHERE version = 1"), Is.EqualTo(2));
    }

    [Test]
    public async Task Data_alone_are_restored_with_the_triggers_off_and_migrate_switches_them_on_again()
    {
        await MigrateAsync();
        await ExecuteAsync(New());
        await ExecuteAsync("UPDATE orders SET status = 'REJECTED'");
        var order = (await ScalarAsync("SELECT orders::text FROM orders"))[1..^1];
        var history = (await ScalarAsync("SELECT string_agg(trim(h::text, '()'), E'\\n') FROM order_history AS h"))
            .Split('\n');
        await using var restored = await TestDatabase.CreateAsync();
        await MigrateAsync(database: restored);

        // In either order of the tables, as in pg_restore. The orders' triggers may have written to the history before
        // its own rows arrive, or the other way round.
        await CopyAsync("order_history", string.Join('\n', history), restored);
        Assert.That(async () => await CopyAsync("orders", order, restored), Throws.InstanceOf<PostgresException>(),
            "the triggers refuse the data");
        Assert.That(await CountAsync("orders", restored), Is.Zero);

        // As pg_restore --disable-triggers does.
        await ExecuteAsync("ALTER TABLE orders DISABLE TRIGGER ALL", restored);
        await CopyAsync("orders", order, restored);
        await ExecuteAsync("ALTER TABLE orders ENABLE TRIGGER ALL", restored);
        Assert.That(await CountAsync("orders WHERE version = 2", restored), Is.EqualTo(1));
        Assert.That(await CountAsync("order_history", restored), Is.EqualTo(2));

        Assert.That(
            await OnAsync(restored, migrator => migrator.PendingAsync(CancellationToken.None)),
            Is.EquivalentTo(new[] { "orders_after_change", "orders_before_change", "orders_never_deleted" }),
                "no instance starts with the triggers off");
        await MigrateAsync(database: restored);
        Assert.That(await OnAsync(restored, migrator => migrator.PendingAsync(CancellationToken.None)), Is.Empty);
        await ExecuteAsync("SET session_replication_role = replica; UPDATE orders SET notes = 'x'", restored);
        Assert.That(await CountAsync("outbox WHERE version = 3", restored), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(OddValues))]
    public async Task Values_that_readers_could_not_read_are_refused(string value)
    {
        await MigrateAsync();
        await ExecuteAsync(New());

        Assert.That(
            async () => await ExecuteAsync($"UPDATE orders SET {value}"), Throws.InstanceOf<PostgresException>());
        var column = value[..value.IndexOf(' ', StringComparison.Ordinal)];
        if (column == "seller_id")
        {
            Assert.That(
                async () => await ExecuteAsync(New(Commands.NewOrderId())
                    .Replace("'alpha'", value["seller_id = ".Length..], StringComparison.Ordinal)),
                Throws.InstanceOf<PostgresException>().With.Property("ConstraintName").EqualTo("ck_orders_seller_id"));
        }
    }

    [TestCase("INSERT INTO order_history (order_id, version, to_status, changed_by, at, change_id) VALUES "
        + "(gen_random_uuid(), 1, 'LOST', 'x', now(), gen_random_uuid())")]
    [TestCase("INSERT INTO order_history (order_id, version, to_status, changed_by, at, change_id) VALUES "
        + "(gen_random_uuid(), 1, 'CLOSED', 'x', 'infinity', gen_random_uuid())")]
    [TestCase("INSERT INTO api_keys (id, secret_hash, role, caller_id, created_at) VALUES ('k', 'x', 'seller', 'al "
        + "pha', now())")]
    [TestCase("INSERT INTO api_keys (id, secret_hash, role, caller_id, created_at) VALUES ('k', 'x', 'king', "
        + "'alpha', now())")]
    public async Task Histories_and_keys_that_readers_could_not_read_are_refused(string statement)
    {
        await MigrateAsync();

        Assert.That(
            async () => await ExecuteAsync(statement), Throws.InstanceOf<PostgresException>().With.Property("SqlState")
                .EqualTo(PostgresErrorCodes.CheckViolation));
    }

    [Test]
    public async Task The_earliest_time_there_is_is_kept_as_it_was_sent()
    {
        await MigrateAsync(BeforeTheMend);
        await ExecuteAsync(New());
        await ExecuteAsync("UPDATE orders SET due_at = '-infinity'");

        await MigrateAsync();
        Assert.That(await CountAsync("orders WHERE due_at = '0001-01-01 00:00:00+00' AND version = 2"), Is.EqualTo(1),
            "returned as it was sent, under the same version");

        await ExecuteAsync("UPDATE orders SET due_at = '-infinity'");
        Assert.That(await CountAsync("orders WHERE due_at = '0001-01-01 00:00:00+00'"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_odd_row_stops_the_migration_which_names_it_and_goes_on_once_it_is_corrected()
    {
        await MigrateAsync(BeforeTheMend);
        await ExecuteAsync(New().Replace("'alpha'", "'alpha '", StringComparison.Ordinal));

        Assert.That(
            async () => await MigrateAsync(),
            Throws.InstanceOf<PostgresException>().With.Message.Contains("ck_orders_seller_id").And.Message.Contains(
                _id.ToString()));

        await ExecuteAsync("""
            ALTER TABLE orders DISABLE TRIGGER orders_before_change;
            UPDATE orders SET seller_id = 'alpha', version = version + 1 WHERE seller_id = 'alpha ';
            """);
        await MigrateAsync();

        Assert.That(await OnAsync(_database, migrator => migrator.PendingAsync(CancellationToken.None)), Is.Empty);
        Assert.That(await CountAsync("orders WHERE seller_id = 'alpha' AND version = 2"), Is.EqualTo(1));
        Assert.That(await CountAsync("outbox WHERE version = 2"), Is.EqualTo(1));
        Assert.That(await CountAsync("pg_constraint WHERE NOT convalidated"), Is.Zero);
    }

    private const string InsertMarked =
        "INSERT INTO public.outbox (order_id, version, tags, overdue_at, due_at, attempts) VALUES "
            + "(gen_random_uuid(), 1, '', now(), now(), 0)";

    private const string CellsAreThree = """
        UPDATE cache_cells SET epoch = 30 WHERE cell = 0;
        INSERT INTO cache_cells (cell, epoch, layout, since) SELECT i, 30 + i, layout, since FROM cache_cells, generate_series(1, 2) AS i;
        """;

    private const string OfItsCell = """
        outbox AS o JOIN cache_cells AS k ON k.cell = mes_cell_of(o.order_id, (SELECT count(*) FROM cache_cells)) AND o.cell = k.cell AND o.overdue_epoch = k.epoch
        """;

    [TestCaseSource(nameof(Sessions))]
    public async Task A_row_that_is_marked_without_an_epoch_gets_it_whatever_the_session_has_set(string session)
    {
        await MigrateAsync();
        await ExecuteAsync(CellsAreThree + New());

        await ExecuteAsync($"{session}; UPDATE public.outbox SET overdue_at = now(); {InsertMarked}; {InsertMarked}");

        Assert.That(await CountAsync(OfItsCell), Is.EqualTo(3));
    }

    [Test]
    public async Task A_row_that_has_its_epoch_keeps_it_and_one_that_is_not_overdue_gets_none()
    {
        await MigrateAsync();
        await ExecuteAsync(New(Commands.NewOrderId()));
        await ExecuteAsync(
            "INSERT INTO outbox (tags, overdue_at, attempts, cell, overdue_epoch) VALUES ('', now(), 0, 7, 77)");

        await ExecuteAsync("UPDATE outbox SET overdue_at = now() WHERE overdue_at IS NOT NULL");

        Assert.That(await CountAsync("outbox WHERE cell = 7 AND overdue_epoch = 77"), Is.EqualTo(1));
        Assert.That(await CountAsync("outbox WHERE overdue_at IS NULL AND cell IS NULL AND overdue_epoch IS NULL"),
            Is.EqualTo(1));
    }

    /// <summary>
    /// A new epoch must wait for such a change. Otherwise a reader could fill that epoch with the order's old state
    /// before the commit. The row is marked in the epoch before, so licences for the new epoch would not leave the
    /// order out.
    /// </summary>
    [TestCase("UPDATE cache_cells SET epoch = epoch + 1")]
    [TestCase("DELETE FROM cache_cells WHERE cell <> 0")]
    public async Task Class_38_while_a_row_that_was_marked_with_its_change_is_not_committed_no_epoch_begins(string anew)
    {
        await MigrateAsync();
        await ExecuteAsync(CellsAreThree + New());
        await using var connection = await OpenAsync(_database);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var change = new NpgsqlCommand(
            "UPDATE orders SET status = 'REJECTED'; UPDATE outbox SET overdue_at = now(); " + InsertMarked, connection);
        await change.ExecuteNonQueryAsync();

        Assert.That(
            async () => await ExecuteAsync(
                $"SET lock_timeout = '200ms'; UPDATE cache_cells SET since = since WHERE cell = 0; {anew}"),
            Throws.InstanceOf<PostgresException>().With.Property("SqlState")
                .EqualTo(PostgresErrorCodes.LockNotAvailable));

        await transaction.CommitAsync();
        await ExecuteAsync(anew);
    }

    [Test]
    public async Task Marking_a_row_needs_no_rights_on_the_cells()
    {
        await MigrateAsync();
        var role = $"{_database.Name}_role";
        await ExecuteAsync(New());
        try
        {
            await ExecuteAsync(
                $"CREATE ROLE {role}; GRANT SELECT, UPDATE ON outbox TO {role}; SET ROLE {role}; UPDATE outbox SET overdue_at = now()");

            Assert.That(await CountAsync(OfItsCell), Is.EqualTo(1));
        }
        finally
        {
            await ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Test]
    public async Task What_was_marked_before_the_schema_was_brought_up_to_date_gets_its_epoch()
    {
        await MigrateAsync("BoundedRecovery");
        await ExecuteAsync(CellsAreThree + New());
        await ExecuteAsync($"{InsertMarked}; {InsertMarked}; {InsertMarked}");

        await MigrateAsync();

        Assert.That(await CountAsync(OfItsCell), Is.EqualTo(3));
        Assert.That(await CountAsync("outbox WHERE overdue_at IS NULL AND overdue_epoch IS NULL"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_database_and_the_service_agree_in_which_cell_an_order_is(
        [Values(1, 2, 3, 12, 16_384)] int count)
    {
        await MigrateAsync();
        var ids = Enumerable.Range(0, 500)
            .Select(i => i % 2 == 0 ? new Guid(RandomNumberGenerator.GetBytes(16)) : Commands.NewOrderId())
                .Append(Guid.Empty).Append(Guid.AllBitsSet).ToArray();
        await using var connection = await OpenAsync(_database);
        await using var command =
            new NpgsqlCommand(
                "SELECT array_agg(mes_cell_of(id, $2) ORDER BY nr) FROM unnest($1) WITH ORDINALITY AS t(id, nr)",
                    connection)
            {
                Parameters = { new() { Value = ids }, new() { Value = (long)count } },
            };

        Assert.That((int[])(await command.ExecuteScalarAsync())!,
            Is.EqualTo(ids.Select(new Mes.Infrastructure.Redis.Cells(count).Of)));
    }

    private string New(Guid? id = null) => NewOrder.Replace("{id}", (id ?? _id).ToString(), StringComparison.Ordinal);

    private async Task MigrateAsync(string? target = null, TestDatabase? database = null, string settings = "")
    {
        var connectionString = (database ?? _database).ConnectionString + settings;
        if (target is null)
        {
            await OnAsync(connectionString, async migrator =>
            {
                await migrator.MigrateAsync(CancellationToken.None);
                return true;
            });
            return;
        }

        await using var engine = new PostgresEngine(connectionString);
        await using var context = new Contexts(engine).CreateDbContext();
        await context.GetService<IMigrator>().MigrateAsync(target);
    }

    private static Task<T> OnAsync<T>(TestDatabase database, Func<SchemaMigrator, Task<T>> run) =>
        OnAsync(database.ConnectionString, run);

    private static async Task<T> OnAsync<T>(string connectionString, Func<SchemaMigrator, Task<T>> run)
    {
        await using var engine = new PostgresEngine(connectionString);
        return await run(new SchemaMigrator(new Contexts(engine), engine));
    }

    private async Task ExecuteAsync(string sql, TestDatabase? database = null)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> ScalarAsync(string sql, TestDatabase? database = null)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task<long> CountAsync(string from, TestDatabase? database = null)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM {from}", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task CopyAsync(string table, string rows, TestDatabase? database = null)
    {
        await using var connection = await OpenAsync(database);
        await using var copy = await connection.BeginTextImportAsync($"COPY {table} FROM STDIN (FORMAT csv)");
        await copy.WriteAsync(rows);
    }

    private async Task<NpgsqlConnection> OpenAsync(TestDatabase? database)
    {
        var connection = new NpgsqlConnection((database ?? _database).ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private sealed class Contexts(PostgresEngine engine) : IDbContextFactory<MesDbContext>
    {
        public MesDbContext CreateDbContext()
        {
            var options = new DbContextOptionsBuilder<MesDbContext>();
            engine.Configure(options);
            return new MesDbContext(options.Options);
        }
    }
}
