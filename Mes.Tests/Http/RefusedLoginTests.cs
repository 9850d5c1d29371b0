using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mes.Api;
using Mes.Tests.OpenApi;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// If the database refuses the service's login, the log and the health check name the reason in the operator's terms,
/// once, and without a stack trace.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RefusedLoginTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly LogLines _log = new();

    [TestCase("28P01", "refuses the login (28P01: user name or password)")]
    [TestCase("28000", "refuses the login (28000: this user may not connect from here, or not without TLS)")]
    [TestCase("3D000", "has no such database (3D000)")]
    [TestCase("42501", "grants too few rights (42501)")]
    [Category("Embedded")]
    public async Task When_the_service_starts(string code, string named)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var refusing = RefuseAsync(server, code);
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        await using (var app = MesApplication.Build(
            ["--environment=Production", "--urls=http://127.0.0.1:0",
                $"--ConnectionStrings:Postgres=Host=127.0.0.1;Port={port};Username=mes;Password=s3cr3t",
                    "--Mes:Cache:Enabled=false"],
            builder => builder.Logging.ClearProviders().AddProvider(_log)))
        {
            await app.StartAsync();
            using var client =
                AnswerCheck.NewClient(new Uri(
                    app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
                        .Addresses.First()));

            await Eventually.IsTrue(
                async () =>
                {
                    using var response = await client.GetAsync("/health/ready");
                    var ready = (await HttpAnswer.ReadAsync(response)).Should(503);
                    return ready.Json.GetProperty("waitingFor").GetString() == $"the database, which {named}";
                },
                Limit,
                "the health check names it");

            // The instance keeps trying meanwhile.
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            await app.StopAsync();
        }

        server.Stop();
        Assert.That(async () => await refusing, Throws.InstanceOf<SocketException>());
        IsToldOnce(named);
        Assert.That(_log.All, Has.None.Contains("s3cr3t"));
    }

    [TestCase("ALTER ROLE {role} NOLOGIN", "ALTER ROLE {role} LOGIN",
        "refuses the login (28000: this user may not connect from here, or not without TLS)")]
    [TestCase("ALTER ROLE {role} NOLOGIN; SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE "
        + "usename = '{role}'; ALTER DATABASE {database} RENAME TO {database}_away; ALTER ROLE {role} LOGIN",
            "ALTER DATABASE {database}_away RENAME TO {database}", "has no such database (3D000)")]
    [TestCase("REVOKE CONNECT ON DATABASE {database} FROM PUBLIC, {role}",
        "GRANT CONNECT ON DATABASE {database} TO {role}", "grants too few rights (42501)")]
    [Category("Servers")]
    public async Task While_it_runs(string takeAway, string giveBack, string named)
    {
        await using var database = await TestDatabase.CreateAsync();
        var role = $"{database.Name}_role";
        await ExecuteAsync(
            database, role, "CREATE ROLE {role} LOGIN PASSWORD 's3cr3t'; ALTER DATABASE {database} OWNER TO {role}");
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Username = role,
                Password =
                "s3cr3t"
            }.ConnectionString;
            await using var host = await MesHost.StartAsync(
                connection, "127.0.0.1:1", ["--Mes:Cache:Enabled=false"], builder => builder.Logging.AddProvider(_log));
            var nobody = new OrdersClient(() => host, null);

            await ExecuteAsync(database, role, takeAway,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'");
            await Eventually.IsTrue(
                async () => (await nobody.GetAsync("/health/ready")).Should(200).Json.GetProperty("degraded")
                    .TryGetProperty("database", out var why) && why.GetString() == named,
                Limit,
                "the health check names it");

            await ExecuteAsync(database, role, giveBack);
            await Eventually.IsTrue(
                async () => (await nobody.GetAsync("/health/ready")).StatusName == "ready", Limit, "it is ready again");
            Assert.That(_log.All, Has.None.Contains("   at "));
        }
        finally
        {
            await database.DisposeAsync();
            await ExecuteAsync(database, role, "DROP ROLE {role}");
        }
    }

    private void IsToldOnce(string named)
    {
        Assert.That(_log.All.Where(line => line.Contains("Getting to the database fails", StringComparison.Ordinal)),
            Has.Exactly(1).Contains(named));
        Assert.That(_log.All, Has.None.Contains("   at "));
    }

    /// <summary>Refuses a login as PostgreSQL does: it declines encryption and then sends the error.</summary>
    private static async Task RefuseAsync(TcpListener server, string code)
    {
        byte[] fields = [.. Encoding.ASCII.GetBytes($"SFATAL\0VFATAL\0C{code}\0Mnot you\0\0")];
        byte[] error = [(byte)'E', 0, 0, 0, 0, .. fields];
        BinaryPrimitives.WriteInt32BigEndian(error.AsSpan(1), fields.Length + sizeof(int));
        while (true)
        {
            using var client = await server.AcceptTcpClientAsync();
            await using var stream = client.GetStream();
            var head = new byte[2 * sizeof(int)];
            await stream.ReadExactlyAsync(head);
            while (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(sizeof(int))) is 80877103 or 80877104)
            {
                await stream.WriteAsync("N"u8.ToArray());
                await stream.ReadExactlyAsync(head);
            }

            await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(head) - head.Length]);
            await stream.WriteAsync(error);
        }
    }

    private static async Task ExecuteAsync(TestDatabase database, string role, params string[] statements)
    {
        await using var connection = new NpgsqlConnection(TestServers.RequirePostgres() + ";Pooling=false");
        await connection.OpenAsync();
        foreach (var statement in statements.SelectMany(all => all.Split("; ")))
        {
            var sql = statement.Replace("{role}", role, StringComparison.Ordinal)
                .Replace("{database}", database.Name, StringComparison.Ordinal);
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
