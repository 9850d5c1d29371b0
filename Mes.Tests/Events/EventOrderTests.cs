using Mes.Infrastructure.Events;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Events;

/// <summary>
/// Transactions that overlap, on PostgreSQL. An order's events come in the order of its versions, and a transaction
/// holds back its own events only, however long it stays open.
/// </summary>
[Category("Servers")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EventOrderTests
{
    private const string NewOrder = """
        INSERT INTO orders (id, seller_id, external_id, material, quantity, status, version, created_at,
                            status_changed_at, updated_at, change_id, changed_by,
                            model_file_name, model_polygon_count, model_sha256)
        VALUES ('{id}', 'alpha', 'e-' || gen_random_uuid(), 'PLA', 1, 'SUBMITTED', 1, now(), now(), now(),
                gen_random_uuid(), 'seller:alpha', 'a.stl', 1, 'x')
        """;

    private readonly List<IAsyncDisposable> _parts = [];
    private string _postgres = null!;
    private MesHost _host = null!;

    [TearDown]
    public async Task EndAsync()
    {
        _parts.Reverse();
        await Parts.EndAsync([.. _parts]);
    }

    [Test]
    public async Task A_transaction_that_takes_its_id_first_and_writes_last_does_not_turn_versions_round()
    {
        await StartAsync();
        var id = await InsertAsync();
        await using var early = await OpenAsync();
        await ExecuteAsync(early, "BEGIN; SELECT pg_current_xact_id()");
        await ChangeAsync(id);
        await StepAsync();

        await ExecuteAsync(early, $"UPDATE orders SET material = 'late' WHERE id = '{id}'; COMMIT");
        await ChangeAsync(id);
        await StepAsync();

        Assert.That(await VersionsAsync(id), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public async Task An_open_transaction_holds_back_its_own_events_only_and_is_not_skipped()
    {
        await StartAsync();
        var (slow, quick) = (await InsertAsync(), await InsertAsync());
        await using var open = await OpenAsync();
        await ExecuteAsync(open, $"BEGIN; UPDATE orders SET material = 'late' WHERE id = '{slow}'");
        await ChangeAsync(quick);
        await StepAsync();
        Assert.That(await VersionsAsync(quick), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(await VersionsAsync(slow), Is.EqualTo(new[] { 1 }));

        await ExecuteAsync(open, "COMMIT");
        await StepAsync();

        Assert.That(await VersionsAsync(slow), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(
            await ScalarAsync($"SELECT position = (SELECT last FROM feed) FROM events WHERE order_id = '{slow}' AND version = 2"),
            Is.True, "it came late, so it stands behind what was told before");
    }

    [Test]
    public async Task A_prepared_transaction_holds_back_its_own_events_only()
    {
        var server = Keep(await TestPostgresServer.StartAsync());
        await server.ExecuteAsync("ALTER SYSTEM SET max_prepared_transactions = 5");
        await server.StopAsync();
        await server.LaunchAsync();
        await StartAsync(server.ConnectionString);
        var (prepared, other) = (await InsertAsync(), await InsertAsync());
        await using (var connection = await OpenAsync())
        {
            // As the service changes it: a transaction that notifies cannot be prepared.
            await ExecuteAsync(connection, "BEGIN; UPDATE orders SET material = 'late', version = version + 1, "
                + $"change_id = gen_random_uuid() WHERE id = '{prepared}'; PREPARE TRANSACTION 'p'");
        }

        await ChangeAsync(other);
        await StepAsync();
        Assert.That(await VersionsAsync(other), Is.EqualTo(new[] { 1, 2 }));

        await ExecuteAsync("COMMIT PREPARED 'p'");
        await StepAsync();

        Assert.That(await VersionsAsync(prepared), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public async Task A_change_that_is_rolled_back_is_no_event_and_leaves_no_gap()
    {
        await StartAsync();
        var id = await InsertAsync();
        await using (var connection = await OpenAsync())
        {
            await ExecuteAsync(connection, $"BEGIN; UPDATE orders SET material = 'x' WHERE id = '{id}'; ROLLBACK");
        }

        await ChangeAsync(id);
        await StepAsync();

        Assert.That(await VersionsAsync(id), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(await ScalarAsync("SELECT last FROM feed"), Is.EqualTo(2L));
    }

    [Test]
    public async Task Many_changes_of_many_orders_in_one_statement_are_all_told()
    {
        await StartAsync();
        for (var i = 0; i < 20; i++)
        {
            await InsertAsync();
        }

        await ExecuteAsync("UPDATE orders SET material = 'x'; UPDATE orders SET status = 'REJECTED'");
        await StepAsync();

        Assert.That(
            await ScalarAsync("""
                SELECT string_agg(DISTINCT v, ';') FROM (
                    SELECT string_agg(version::text, ',' ORDER BY position) AS v FROM events GROUP BY order_id) AS o
                """),
            Is.EqualTo("1,2,3"));
    }

    [Test]
    public async Task An_order_that_is_copied_in_is_an_event()
    {
        await StartAsync();
        var template = await InsertAsync();
        var id = Commands.NewOrderId();
        await ExecuteAsync($"CREATE TABLE template AS SELECT * FROM orders WHERE id = '{template}'; "
            + $"UPDATE template SET id = '{id}', external_id = 'copied'");
        await using (var connection = await OpenAsync())
        {
            await using var from = new NpgsqlCommand("SELECT string_agg(quote_ident(attname), ',') FROM pg_attribute "
                + "WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped", connection);
            var columns = (string)(await from.ExecuteScalarAsync())!;
            string row;
            using (var reader = await connection.BeginTextExportAsync($"COPY template ({columns}) TO STDOUT"))
            {
                row = await reader.ReadToEndAsync();
            }

            await using var writer = await connection.BeginTextImportAsync($"COPY orders ({columns}) FROM STDIN");
            await writer.WriteAsync(row);
        }

        await StepAsync();

        Assert.That(await VersionsAsync(id), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task A_session_of_logical_replication_makes_no_event_as_it_writes_no_history()
    {
        await StartAsync();
        var id = await InsertAsync();
        await ExecuteAsync(
            $"SET session_replication_role = replica; UPDATE orders SET material = 'x' WHERE id = '{id}'");

        await StepAsync();

        Assert.That(await VersionsAsync(id), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task The_floor_of_the_queue_rises_past_deleted_rows_but_not_past_an_open_change()
    {
        await StartAsync();
        var id = await InsertAsync();
        await StepAsync();
        await using var context = await _host.Services.GetRequiredService<IDbContextFactory<MesDbContext>>()
            .CreateDbContextAsync();
        var engine = _host.Services.GetRequiredService<IDatabaseEngine>();
        await using var open = await OpenAsync();
        await ExecuteAsync(open, $"BEGIN; UPDATE orders SET material = 'late' WHERE id = '{id}'");
        var mark = (await engine.MarkQueueAsync(context, CancellationToken.None))!;
        Assert.That(mark.LastId, Is.EqualTo(2), "the open change has drawn it");
        Assert.That(await engine.FindQueueFloorAsync(context, mark, CancellationToken.None), Is.Null);

        await ExecuteAsync(open, "COMMIT");
        Assert.That(await engine.FindQueueFloorAsync(context, mark, CancellationToken.None), Is.EqualTo(1),
            "the change is in the queue");

        await StepAsync();
        Assert.That(await engine.FindQueueFloorAsync(context, mark, CancellationToken.None), Is.EqualTo(2));
    }

    [Test]
    public async Task The_floor_of_a_queue_that_was_never_used_is_zero()
    {
        await StartAsync();
        await using var context = await _host.Services.GetRequiredService<IDbContextFactory<MesDbContext>>()
            .CreateDbContextAsync();
        var engine = _host.Services.GetRequiredService<IDatabaseEngine>();

        var mark = (await engine.MarkQueueAsync(context, CancellationToken.None))!;

        Assert.That(mark.LastId, Is.Zero);
    }

    [Test]
    public async Task What_is_told_survives_a_crash_of_the_server_even_where_commits_do_not_wait_for_the_disk()
    {
        await StartAsync();
        await ExecuteAsync("""
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$;
            CREATE TABLE seen (setting text);
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
            CREATE TRIGGER note AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION note();
            """);
        await _host.DisposeAsync();
        _parts.Remove(_host);
        await StartAsync(_postgres);
        await InsertAsync();

        await StepAsync();

        Assert.That(await ScalarAsync("SELECT string_agg(setting, ',') FROM seen"), Is.EqualTo("on"));
    }

    private async Task StartAsync(string? postgres = null)
    {
        _postgres = postgres ?? Keep(await TestDatabase.CreateAsync()).ConnectionString;
        _host = Keep(await MesHost.StartAsync(
            _postgres,
            "127.0.0.1:1",
            ["--Mes:Cache:Enabled=false"],
            builder => builder.Services.DoNotStart<EventSequencer>()));
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private Task StepAsync() =>
        _host.Services.GetRequiredService<EventSequencer>().StepAsync(CancellationToken.None);

    private async Task<int[]> VersionsAsync(Guid id)
    {
        await using var context = await _host.Services.GetRequiredService<IDbContextFactory<MesDbContext>>()
            .CreateDbContextAsync();
        return await context.Events.Where(row => row.OrderId == id).OrderBy(row => row.Position)
            .Select(row => row.Version).ToArrayAsync();
    }

    private async Task<Guid> InsertAsync()
    {
        var id = Commands.NewOrderId();
        await ExecuteAsync(NewOrder.Replace("{id}", id.ToString(), StringComparison.Ordinal));
        return id;
    }

    private Task ChangeAsync(Guid id) =>
        ExecuteAsync($"UPDATE orders SET material = 'm-' || version WHERE id = '{id}'");

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(_postgres + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await ExecuteAsync(connection, sql);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
