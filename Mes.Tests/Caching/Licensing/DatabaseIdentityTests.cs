using System.Diagnostics;
using Mes.Application.Caching;
using Mes.Domain.Orders;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Persistence.Postgres;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Caching.Licensing;

/// <summary>
/// The database comes to have older data while instances are running. No instance tells anything that was cached from
/// the other database, and no operator has to run a command. Each time the order was in version 2, is in version 1
/// again, and is changed to another version 2.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class DatabaseIdentityTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly InstanceSettings Real = new() { Clock = TimeProvider.System, RelayHeld = false };

    private readonly List<IAsyncDisposable> _parts = [];
    private TestRedisServer _redis = null!;
    private Instance _a = null!;
    private Instance _b = null!;

    [SetUp]
    public async Task StartAsync() => _redis = Keep(await TestRedisServer.StartAsync());

    [TearDown]
    public async Task EndAsync()
    {
        _parts.Reverse();
        await Parts.EndAsync([.. _parts]);
        _parts.Clear();
    }

    [Test]
    public async Task Class_41_a_dump_that_is_restored_into_the_same_database()
    {
        var database = Keep(await CacheWorld.CreateDatabaseAsync());
        await StartInstancesAsync(database.ConnectionString);
        var id = await SubmittedAsync();
        using var dump = await DumpAsync(database);
        var before = await ChangedAsync(id);

        await RunAsync("pg_restore", "--clean", "--if-exists", "-d", ConnectionInfo(database.Name), dump.File);

        await NothingOfTheOtherIsToldAsync(id, before);
    }

    [Test]
    public async Task Class_41_a_dump_that_is_restored_into_another_database_which_takes_the_name()
    {
        var database = Keep(await CacheWorld.CreateDatabaseAsync());
        var other = Keep(await TestDatabase.CreateAsync());
        await StartInstancesAsync(database.ConnectionString);
        var id = await SubmittedAsync();
        using var dump = await DumpAsync(database);
        var before = await ChangedAsync(id);

        await RunAsync("pg_restore", "-d", ConnectionInfo(other.Name), dump.File);
        await ExecuteAsync(
            $"""ALTER DATABASE "{database.Name}" ALLOW_CONNECTIONS false""",
            $"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname IN ('{database.Name}', '{other.Name}')",
            $"""ALTER DATABASE "{database.Name}" RENAME TO "{database.Name}_gone" """,
            $"""ALTER DATABASE "{other.Name}" RENAME TO "{database.Name}" """,
            $"""DROP DATABASE "{database.Name}_gone" """);

        await NothingOfTheOtherIsToldAsync(id, before);
    }

    [Test]
    public async Task Class_41_a_standby_that_lags_gives_no_licence_and_once_promoted_begins_with_an_empty_cache()
    {
        var primary = Keep(await TestPostgresServer.StartAsync());
        await StartInstancesAsync(primary.ConnectionString);
        var id = await SubmittedAsync();
        var standby = Keep(await primary.CreateStandbyAsync());
        await standby.LaunchAsync();
        await standby.ExecuteAsync("ALTER SYSTEM SET primary_conninfo = ''");
        await standby.ExecuteAsync("SELECT pg_reload_conf()");
        await Eventually.IsTrue(
            async () => (long)(await standby.ExecuteAsync("SELECT count(*) FROM pg_stat_wal_receiver"))! == 0, Limit,
                "the standby lags");
        var before = await ChangedAsync(id);

        await primary.StopAsync();
        await standby.StopAsync();
        standby.TakePortOf(primary);
        await standby.LaunchAsync();
        await Eventually.IsTrue(
            () => _a.Poll.Latest!.Database is null && _b.Poll.Latest!.Database is null, Limit,
            "the instances ask the standby");
        foreach (var instance in new[] { _a, _b, _a, _b })
        {
            await instance.PollAsync();
            var (order, report) = await instance.ReadReportedAsync(id);
            Assert.That((order!.Version, report.Outcome, report.Detail),
                Is.EqualTo((1, CacheOutcome.Bypass, "other-database")));
        }

        await standby.ExecuteAsync("SELECT pg_promote()");

        await NothingOfTheOtherIsToldAsync(id, before);
    }

    [Test]
    public async Task Class_41_older_files_of_the_same_server_that_are_put_back()
    {
        var server = Keep(await TestPostgresServer.StartAsync());
        await StartInstancesAsync(server.ConnectionString);
        var id = await SubmittedAsync();
        await server.StopAsync();
        await server.SaveFilesAsync();
        await server.LaunchAsync();
        await IsUsedAsync(_a, id, 1);
        await IsUsedAsync(_b, id, 1);
        var before = await ChangedAsync(id);
        for (var i = 0; i < 20; i++)
        {
            await SubmittedAsync(); // The log grows by more than a recovery adds to it.
        }

        await _a.PollAsync();
        await _b.PollAsync();
        await server.StopAsync();
        await server.PutFilesBackAsync();
        await server.LaunchAsync();

        await NothingOfTheOtherIsToldAsync(id, before);
    }

    [Test]
    public async Task Any_role_can_tell_which_database_it_is()
    {
        var database = Keep(await CacheWorld.CreateDatabaseAsync());
        await using var engine = new PostgresEngine(database.ConnectionString);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        var role = $"mes_plain_{database.Name[9..]}";

        var asOwner = await TellAsync();
        await new NpgsqlCommand($"CREATE ROLE {role}; SET ROLE {role}", connection).ExecuteNonQueryAsync();
        var asAnyRole = await TellAsync();
        await new NpgsqlCommand($"RESET ROLE; DROP ROLE {role}", connection).ExecuteNonQueryAsync();

        Assert.That(asOwner, Has.Length.GreaterThan(30));
        Assert.That(asAnyRole, Is.EqualTo(asOwner));

        async Task<string> TellAsync()
        {
            await using var command =
                new NpgsqlCommand($"SELECT {engine.Identity} || ' ' || ({engine.Position} > 0)", connection);
            return (string)(await command.ExecuteScalarAsync())!;
        }
    }

    [Test]
    public async Task Class_41_a_file_that_may_be_another_at_every_start_begins_with_an_empty_cache()
    {
        var folder = Directory.CreateTempSubdirectory("mes-tests-").FullName;
        try
        {
            var first = await EpochOfAHostAsync(folder);
            var second = await EpochOfAHostAsync(folder);

            Assert.That(second.DataSet, Is.EqualTo(first.DataSet), "Redis is still the same");
            Assert.That(second.Epoch, Is.Not.EqualTo(first.Epoch));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<CellState> EpochOfAHostAsync(string folder)
    {
        await using var host = await MesHost.StartEmbeddedAsync(
            [$"--Mes:DataDirectory={folder}", $"--ConnectionStrings:Redis={_redis.ConnectionString}"]);
        var poll = host.Services.GetRequiredService<LicencePoll>();
        await Eventually.IsTrue(() => poll.Latest is { } latest
            && latest.Cells[Cells.Common] is { IsEpochUsable: true, DataSet: not null }, Limit,
            "the instance uses the cache");
        return poll.Latest!.Cells[Cells.Common];
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Add(part);
        return part;
    }

    private async Task StartInstancesAsync(string postgres)
    {
        _a = Keep(await Instance.StartAsync(postgres, _redis.ConnectionString, Real));
        _b = Keep(await Instance.StartAsync(postgres, _redis.ConnectionString, Real));
    }

    private async Task<Guid> SubmittedAsync()
    {
        var id = Commands.NewOrderId();
        await _a.ChangeAsync(Commands.Submit(id));
        await IsUsedAsync(_b, id, 1);
        return id;
    }

    /// <returns>The generation in which each instance knows the database that has version 2.</returns>
    private async Task<(long A, long B)> ChangedAsync(Guid id)
    {
        Assert.That((await _a.ChangeAsync(Commands.Price(id))).Version, Is.EqualTo(2));
        await IsUsedAsync(_a, id, 2);
        await IsUsedAsync(_b, id, 2);
        return (_a.Poll.Latest!.DatabaseGeneration, _b.Poll.Latest!.DatabaseGeneration);
    }

    /// <summary>
    /// Asserts that the instances tell nothing from the other database once they know of the change. Until then they
    /// have licences of the other database, for a second.
    /// </summary>
    private async Task NothingOfTheOtherIsToldAsync(Guid id, (long A, long B) before)
    {
        await Eventually.IsTrue(
            () => _a.Poll.Latest!.DatabaseGeneration != before.A
                && _b.Poll.Latest!.DatabaseGeneration != before.B, Limit,
                "the instances know that this is another database");
        await IsUsedAsync(_a, id, 1);
        await IsUsedAsync(_b, id, 1);

        Assert.That((await _a.ChangeAsync(Commands.Cancel(id))).Version, Is.EqualTo(2));
        await IsUsedAsync(_b, id, 2, OrderStatus.Cancelled);
        await IsUsedAsync(_a, id, 2, OrderStatus.Cancelled);
    }

    /// <summary>Reads until there is a hit, and never sees another version, or another status.</summary>
    private static Task IsUsedAsync(Instance instance, Guid id, int version, OrderStatus? status = null) =>
        Eventually.IsTrue(
        async () =>
        {
            var (order, report) = await ReadAsync(instance, id);
            if (order is null)
            {
                return false;
            }

            Assert.That(order.Version, Is.EqualTo(version), $"{report.Outcome} {report.Detail}");
            Assert.That(order.Status, status is { } expected
                ? Is.EqualTo(expected)
                : Is.Not.EqualTo(OrderStatus.Cancelled));
            return report is { Outcome: CacheOutcome.Hit, IsUnverified: false };
        },
        Limit,
        "the instance uses the cache");

    /// <summary>Reads an order. Null while the database does not answer.</summary>
    private static async Task<(Application.Snapshots.OrderDocument? Order, CacheReport Report)> ReadAsync(
        Instance instance, Guid id)
    {
        try
        {
            return await instance.ReadReportedAsync(id);
        }
        catch (Exception exception) when (exception is not AssertionException)
        {
            return (null, CacheReport.None);
        }
    }

    private static async Task<Dump> DumpAsync(TestDatabase database)
    {
        var dump = new Dump(Path.Combine(Path.GetTempPath(), $"{database.Name}.dump"));
        await RunAsync("pg_dump", "-Fc", "-f", dump.File, "-d", ConnectionInfo(database.Name));
        return dump;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            TestServers.RequirePostgresProgram(program), arguments)
        { RedirectStandardError = true };
        if (new NpgsqlConnectionStringBuilder(TestServers.RequirePostgres()).Password is { } password)
        {
            start.Environment["PGPASSWORD"] = password;
        }

        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{program}: {errors}");
    }

    private static string ConnectionInfo(string database)
    {
        var server = new NpgsqlConnectionStringBuilder(TestServers.RequirePostgres());
        return $"host={server.Host} port={server.Port} user={server.Username} dbname={database}";
    }

    private static async Task ExecuteAsync(params string[] statements)
    {
        await using var connection = new NpgsqlConnection(TestServers.RequirePostgres());
        await connection.OpenAsync();
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private sealed class Dump(string file) : IDisposable
    {
        public string File => file;

        public void Dispose() => System.IO.File.Delete(file);
    }
}
