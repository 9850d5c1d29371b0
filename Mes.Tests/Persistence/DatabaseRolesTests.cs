using System.Text.RegularExpressions;
using Mes.Infrastructure.Startup;
using Mes.Tests.Docs;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Persistence;

/// <summary>
/// With the roles of docker/postgres/roles.sql, the owner migrates and the service works, though it may not change the
/// schema.
/// </summary>
[Category("Servers")]
internal sealed partial class DatabaseRolesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task The_owner_migrates_and_the_service_does_everything_else_without_being_a_superuser()
    {
        await using var database = await TestDatabase.CreateAsync();
        string owner = $"{database.Name}_owner", service = $"{database.Name}_service";
        await ExecuteAsync(database.ConnectionString, Script(database.Name, owner, service));
        try
        {
            await using var redis = await TestRedisServer.StartAsync("--requirepass", "s3cr3t");
            await using (var migrating = await MesHost.StartAsync(
                As(owner, database), redis.ConnectionString, ["--Mes:Cache:Enabled=false"]))
            {
                Assert.That(
                    await migrating.Services.GetRequiredService<SchemaMigrator>().PendingAsync(CancellationToken.None),
                    Is.Empty);
            }

            await using var host = await MesHost.StartAsync(
                new NpgsqlConnectionStringBuilder(As(service, database)) { Password = null }.ConnectionString,
                redis.ConnectionString,
                ["--Mes:MigrateOnStartup=false", "--ConnectionStrings:PostgresPassword=s3cr3t",
                    "--ConnectionStrings:RedisPassword=s3cr3t"]);
            OrdersClient alpha = new(() => host, MesHost.Alpha), crm = new(() => host, MesHost.Crm);
            OrdersClient anna = new(() => host, MesHost.Anna), admin = new(() => host, MesHost.Admin);
            var order = (await alpha.SubmitAsync()).Should(201);
            foreach (var step in Lifecycle.WayTo("CLOSED"))
            {
                order = (await (step.Roles[0] == "operator" ? anna : crm).ChangeAsync(order.Id, step.Action))
                    .Should(200);
            }

            await Eventually.IsTrue(
                async () => (await alpha.GetAsync($"orders/{order.Id}")).Should(200).CacheStatus == "mes; hit",
                Limit,
                "the cache is in use");
            foreach (var read in new[] { "orders", "board", "stats/throughput" })
            {
                (await anna.GetAsync(read)).Should(200);
            }

            await Eventually.IsTrue(
                async () => (await alpha.GetAsync("events")).Should(200).Json.GetProperty("items").GetArrayLength()
                    == order.Version,
                Limit,
                "the feed has every change");
            (await admin.GetAsync("keys")).Should(200);
            await host.Services.GetRequiredService<SchemaMigrator>().StartNewCacheEpochAsync(CancellationToken.None);
            await Eventually.IsTrue(
                async () => await ScalarAsync(database.ConnectionString, "SELECT count(*) FROM outbox") is 0L,
                Limit,
                "the outbox is empty");

            Assert.That(
                await ScalarAsync(database.ConnectionString,
                    $"SELECT count(*) FROM pg_roles WHERE rolname IN ('{owner}', '{service}') AND rolsuper"),
                Is.EqualTo(0L));
            foreach (var forbidden in new[]
            {
                "ALTER TABLE orders DISABLE TRIGGER ALL", "CREATE TABLE t (id int)", "DROP TABLE outbox",
                "TRUNCATE orders",
            })
            {
                Assert.That(
                    async () => await ExecuteAsync(As(service, database), forbidden),
                    Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState))
                        .EqualTo(PostgresErrorCodes.InsufficientPrivilege),
                    forbidden);
            }
        }
        finally
        {
            await database.DisposeAsync();
            await ExecuteAsync(TestServers.RequirePostgres(), $"DROP ROLE {owner}; DROP ROLE {service}");
        }
    }

    /// <summary>The script without psql's own commands, and with its variables filled in.</summary>
    private static string Script(string database, string owner, string service)
    {
        var values = new Dictionary<string, string>
        {
            [":\"DBNAME\""] = database,
            [":\"owner\""] = owner,
            [":\"service\""] = service,
            [":'owner_password'"] = "'s3cr3t'",
            [":'service_password'"] = "'s3cr3t'",
        };
        return Variable().Replace(
            Command().Replace(Documents.Read("docker/postgres/roles.sql"), ""), match => values[match.Value]);
    }

    private static string As(string role, TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = "s3cr3t" }
            .ConnectionString;

    private static async Task ExecuteAsync(string database, string sql) => await ScalarAsync(database, sql);

    private static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    [GeneratedRegex("""(?<!:):(?:"\w+"|'\w+')""")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^\\.*$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
