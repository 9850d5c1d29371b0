using System.Data.Common;
using MediatR;
using Mes.Application.Persistence;
using Mes.Domain.Callers;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Mes.Tests.Unit;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// A database that answers but refuses to work for a while. No request gets a 500, and service resumes as soon as the
/// database works again.
/// </summary>
internal sealed class RefusingDatabaseTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string[] Reads =
        ["orders/{id}", "orders/{id}/status", "orders/{id}/history", "orders", "orders?status=SUBMITTED,CLOSED"];

    private static readonly string[] ReadsOfOperators = ["board", "board/PRICE_CALCULATED", "stats/throughput"];

    [Test]
    [Category("Servers")]
    public async Task PostgreSQL_that_became_read_only_refuses_changes_with_503_and_serves_readers()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = await StartAsync(database);
        OrdersClient alpha = new(() => host, MesHost.Alpha), crm = new(() => host, MesHost.Crm);
        var order = await PricedAsync(alpha, crm);

        await BecomesReadOnlyAsync(database);
        await IsRefusedAsync(host, alpha, crm, order.Id, "refuses changes: it is read-only");

        // Open connections stay read-only, as connections do that lead to a server which is no longer the primary. New
        // connections work.
        await ExecuteAsync(database, $"ALTER DATABASE \"{database.Name}\" RESET default_transaction_read_only");
        await WorksAsync(host, alpha, crm, order.Id);
    }

    [Test]
    [Category("Servers")]
    public async Task A_connection_that_leads_to_a_server_that_is_no_primary_any_more_is_given_up_within_one_change()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = await StartAsync(database);
        OrdersClient alpha = new(() => host, MesHost.Alpha), crm = new(() => host, MesHost.Crm);
        var order = await PricedAsync(alpha, crm);
        await BecomesReadOnlyAsync(database);
        (await alpha.OrderAsync(order.Id)).Should(200);
        await ExecuteAsync(database, $"ALTER DATABASE \"{database.Name}\" RESET default_transaction_read_only");

        (await crm.ChangeAsync(order.Id, "approval")).Should(200);
    }

    [Test]
    [Category("Servers")]
    public async Task Of_several_servers_the_one_that_is_there_is_used_and_when_none_is_the_answer_is_503()
    {
        await using var database = await TestDatabase.CreateAsync();
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        server.Host = $"127.0.0.1:1,{server.Host}:{server.Port}";
        await using var host =
            await MesHost.StartAsync(server.ConnectionString, "127.0.0.1:1", ["--Mes:Cache:Enabled=false"]);
        OrdersClient alpha = new(() => host, MesHost.Alpha), crm = new(() => host, MesHost.Crm);
        var order = await PricedAsync(alpha, crm);
        (await alpha.OrderAsync(order.Id)).Should(200);

        await ExecuteAsync(
            TestServers.RequirePostgres(), $"ALTER DATABASE \"{database.Name}\" ALLOW_CONNECTIONS false");
        await ExecuteAsync(TestServers.RequirePostgres(),
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}'");

        IsUnavailable(await alpha.OrderAsync(order.Id));
        IsUnavailable(await alpha.SubmitAsync());
    }

    [Test]
    [Category("Servers")]
    public async Task A_column_that_becomes_wider_under_running_instances_causes_no_500()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = await StartAsync(database);
        OrdersClient alpha = new(() => host, MesHost.Alpha), crm = new(() => host, MesHost.Crm);
        var order = await PricedAsync(alpha, crm);
        for (var i = 0; i < 10; i++)
        {
            // Reads on many connections, often enough that each of them prepares the statements.
            await Task.WhenAll(
                Enumerable.Range(0, 40).Select(async _ => (await alpha.OrderAsync(order.Id)).Should(200)));
            await PricedAsync(alpha, crm);
        }

        await ExecuteAsync(database,
            "ALTER TABLE orders ALTER COLUMN notes TYPE text; ALTER TABLE order_history ALTER COLUMN note TYPE text");

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ => (await alpha.OrderAsync(order.Id)).Should(200)));
        await PricedAsync(alpha, crm);
        foreach (var read in Reads)
        {
            (await alpha.GetAsync(At(read, order.Id))).Should(200);
        }
    }

    [Test]
    [Category("Embedded")]
    public async Task SQLite_that_is_read_only_refuses_changes_with_503_and_serves_readers()
    {
        var limits = new SessionLimits();
        await using var host = await StartAsync(limits);
        OrdersClient alpha = new(() => host, MesHost.Alpha), crm = new(() => host, MesHost.Crm);
        var order = await PricedAsync(alpha, crm);

        limits.Pragma = "PRAGMA query_only = 1";
        await IsRefusedAsync(host, alpha, crm, order.Id, "refuses changes: it is read-only");

        limits.Pragma = "PRAGMA query_only = 0";
        await WorksAsync(host, alpha, crm, order.Id);
    }

    [Test]
    [Category("Embedded")]
    public async Task SQLite_whose_disk_is_full_refuses_changes_with_503_and_serves_readers()
    {
        var limits = new SessionLimits();
        await using var host = await StartAsync(limits);
        OrdersClient alpha = new(() => host, MesHost.Alpha), crm = new(() => host, MesHost.Crm);
        var order = await PricedAsync(alpha, crm);

        // SQLite never sets the limit below the present size, so the file cannot grow from here on.
        limits.Pragma = "PRAGMA max_page_count = 1";
        var submission = Samples.Submission();
        submission["notes"] = new string('n', 2000);
        HttpAnswer answer;
        do
        {
            submission["externalId"] = ServiceUnderTest.Unique("e");
            answer = await alpha.SubmitAsync(submission);
        }
        while (answer.Status == 201);

        IsUnavailable(answer);
        await IsDegradedAsync(host, "refuses changes: it has no space left");
        foreach (var read in Reads)
        {
            (await alpha.GetAsync(At(read, order.Id))).Should(200);
        }

        limits.Pragma = "PRAGMA max_page_count = 4294967294";
        await WorksAsync(host, alpha, crm, order.Id);
    }

    /// <summary>Applies to new sessions; ends all existing ones.</summary>
    private static async Task BecomesReadOnlyAsync(TestDatabase database)
    {
        await ExecuteAsync(database, $"ALTER DATABASE \"{database.Name}\" SET default_transaction_read_only = on");
        await ExecuteAsync(
            database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid "
                    + "<> pg_backend_pid()");
    }

    private static async Task<MesHost> StartAsync(TestDatabase database) =>
        await MesHost.StartAsync(database.ConnectionString, "127.0.0.1:1", ["--Mes:Cache:Enabled=false"]);

    private static Task<MesHost> StartAsync(SessionLimits limits) => MesHost.StartEmbeddedAsync(
        ["--Mes:Cache:Enabled=false"],
        builder => builder.Services.ConfigureDbContext<MesDbContext>(options => options.AddInterceptors(limits)));

    private static async Task<HttpAnswer> PricedAsync(OrdersClient alpha, OrdersClient crm)
    {
        var order = (await alpha.SubmitAsync()).Should(201);
        return (await crm.ChangeAsync(order.Id, "price")).Should(200);
    }

    private static async Task IsRefusedAsync(
        MesHost host, OrdersClient alpha, OrdersClient crm, Guid orderId, string told)
    {
        IsUnavailable(await alpha.SubmitAsync());
        IsUnavailable(await crm.ChangeAsync(orderId, "approval"));
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
            Assert.That(async () => await mediator.Send(Given.NewKey(Role.Seller, "gamma", live: false)),
                Throws.InstanceOf<DependencyUnavailableException>());
        }

        await IsDegradedAsync(host, told);
        foreach (var read in Reads)
        {
            (await alpha.GetAsync(At(read, orderId))).Should(200);
        }

        foreach (var read in ReadsOfOperators)
        {
            (await new OrdersClient(() => host, MesHost.Anna).GetAsync(read)).Should(200);
        }

        (await new OrdersClient(() => host, "mes_live_0123456789abcdef_" + new string('s', 43)).GetAsync("orders"))
            .Should(401);
    }

    private static async Task IsDegradedAsync(MesHost host, string told)
    {
        var ready = (await new OrdersClient(() => host, null).GetAsync("/health/ready")).Should(200);
        Assert.That(ready.StatusName, Is.EqualTo("degraded"));
        Assert.That(ready.Json.GetProperty("degraded").GetProperty("database").GetString(), Is.EqualTo(told));
    }

    private static async Task WorksAsync(MesHost host, OrdersClient alpha, OrdersClient crm, Guid orderId)
    {
        await Eventually.IsTrue(async () => (await alpha.SubmitAsync()).Status == 201, Limit, "orders are taken again");
        (await crm.ChangeAsync(orderId, "approval")).Should(200);
        var ready = (await new OrdersClient(() => host, null).GetAsync("/health/ready")).Should(200);
        Assert.That(ready.Json.GetProperty("degraded").TryGetProperty("database", out _), Is.False);
    }

    private static void IsUnavailable(HttpAnswer answer)
    {
        answer.ShouldBeProblem(503, "dependency-unavailable");
        Assert.That(answer.Header("Retry-After"), Is.Not.Null.And.Not.Empty);
    }

    private static string At(string path, Guid orderId) =>
        path.Replace("{id}", orderId.ToString(), StringComparison.Ordinal);

    private static Task ExecuteAsync(TestDatabase database, string sql) => ExecuteAsync(database.ConnectionString, sql);

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection =
            new NpgsqlConnection(database + ";Pooling=false;Options=-c default_transaction_read_only=off");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Restricts the service's sessions.</summary>
    private sealed class SessionLimits : DbConnectionInterceptor
    {
        public string Pragma { get; set; } = "PRAGMA query_only = 0";

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = Pragma;
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
