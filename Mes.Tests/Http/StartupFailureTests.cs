using System.Net;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// A program that cannot start says why in one line and exits with code 1, without a stack trace or SIGABRT.
/// </summary>
[TestFixture]
[Category("Embedded")]
internal sealed class StartupFailureTests
{
    /// <summary>The size of a page of the database file, in bytes.</summary>
    private const int PageSize = 4096;

    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public async Task RemoveDirectory() => await _directory.DisposeAsync();

    [Test]
    public async Task A_setting_that_is_wrong() =>
        await FailsAsync([("Mes__Cache__ReadTimeout", "50"), ("Mes__Cache__Cells", "none")],
            ["Mes:Cache:ReadTimeout is '50'", "Mes:Cache:Cells is 'none'"], lines: 2);

    [TestCase("migrate")]
    [TestCase("keys", "create", "--role", "admin")]
    [TestCase("cache", "new-epoch")]
    public async Task A_setting_that_is_wrong_for_a_command(params string[] command) =>
        await FailsAsync([("Mes__Cache__ReadTimeout", "50")], ["Mes:Cache:ReadTimeout is '50'"], command: command);

    [Test]
    public async Task A_port_that_is_taken()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        await FailsAsync([("ASPNETCORE_URLS", $"http://127.0.0.1:{port}")], [$"{port}"]);
        await FailsAsync([("Mes__Operations__Urls", $"http://127.0.0.1:{port}")], [$"{port}"]);
    }

    [TestCase("ASPNETCORE_URLS", "http://192.0.2.1:8080", "192.0.2.1")]
    [TestCase("ASPNETCORE_URLS", "nonsense", "ASPNETCORE_URLS")]
    [TestCase("ASPNETCORE_URLS", "https://127.0.0.1:0", "certificate")]
    [TestCase("ASPNETCORE_CONTENTROOT", "/nowhere/at/all", "/nowhere/at/all")]
    [TestCase("Logging__LogLevel__Default", "Loud", "Logging:LogLevel:Default")]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    public async Task What_the_framework_cannot_start_with(string name, string value, string told) =>
        await FailsAsync([(name, value)], [told]);

    [Test]
    public async Task An_appsettings_file_that_is_no_JSON()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory.Path, "appsettings.json"), "{ no");

        await FailsAsync([("ASPNETCORE_CONTENTROOT", _directory.Path)], ["appsettings.json"]);
    }

    [Test]
    public async Task A_data_folder_that_cannot_be_made()
    {
        var file = Path.Combine(_directory.Path, "file");
        await File.WriteAllTextAsync(file, "");

        await FailsAsync([("Mes__DataDirectory", Path.Combine(file, "data"))], ["Mes:DataDirectory", file]);
    }

    [Test]
    public async Task A_database_file_that_cannot_be_opened()
    {
        Directory.CreateDirectory(Path.Combine(_directory.Path, "mes.db"));

        await FailsAsync([], ["Mes:DataDirectory", "mes.db"]);
    }

    [TestCase("migrate")]
    [TestCase("keys", "create", "--role", "admin")]
    [TestCase]
    public async Task A_database_file_that_is_none(params string[] command)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_directory.Path, "mes.db"), string.Concat(Enumerable.Repeat("this is no database ", 500)));

        await FailsAsync([], ["Mes:DataDirectory", "mes.db"], command: command);
    }

    [Test]
    public async Task A_database_file_that_is_damaged()
    {
        await using (var program = await RunningProgram.StartAsync(_directory.Path, new Dictionary<string, string>()))
        {
            program.Signal("INT");
            await program.WaitForExitAsync();
        }

        var file = Path.Combine(_directory.Path, "mes.db");
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var checkpoint = connection.CreateCommand();
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await checkpoint.ExecuteNonQueryAsync();
        }

        await using (var stream = File.OpenWrite(file))
        {
            Assert.That(stream.Length, Is.GreaterThan(8 * PageSize));
            stream.Position = PageSize;
            stream.Write(Enumerable.Repeat((byte)0xFF, 6 * PageSize).ToArray());
        }

        await FailsAsync([], ["Mes:DataDirectory", "mes.db"]);
    }

    [TestCase("migrate")]
    [TestCase("keys", "create", "--role", "admin")]
    [TestCase("keys", "revoke", "0000000000000000")]
    [TestCase("cache", "new-epoch")]
    public async Task A_command_whose_database_is_away(params string[] command) =>
        await FailsAsync(
            [("ConnectionStrings__Postgres", "Host=127.0.0.1;Port=1;Username=mes;Database=mes;Password=s3cr3t")],
                ["PostgreSQL at 127.0.0.1:1/mes"], command: command);

    [Test]
    public async Task What_is_no_setting_is_told_once_and_does_not_keep_it_from_starting()
    {
        await using var program = await RunningProgram.StartAsync(
            _directory.Path, new Dictionary<string, string> { ["Mes__Cache__ReadTimout"] = "00:00:01" });
        program.Signal("INT");
        await program.WaitForExitAsync();

        Assert.That(program.Output.Split('\n').Count(line => line.Contains("Mes:Cache:ReadTimout")), Is.EqualTo(1),
            program.Output);
        Assert.That(program.Output, Does.Contain("WRN").And.Contains("Mes:Cache:ReadTimeout is meant"));
    }

    private async Task FailsAsync(
        (string Name, string Value)[] settings, string[] told, int lines = 1, string[]? command = null)
    {
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["Mes__DataDirectory"] = _directory.Path,
        };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        var (code, output, errors) = await Program.RunAsync(environment, command ?? []);

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1), output + errors);
            Assert.That(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(lines), errors);
            Assert.That(output + errors, Does.Not.Match(@"(?m)^\s+at ").And.Not.Contain("s3cr3t"));
            foreach (var word in told)
            {
                Assert.That(errors, Does.Contain(word));
            }
        });
    }
}
