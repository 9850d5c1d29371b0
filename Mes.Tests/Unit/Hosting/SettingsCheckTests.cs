using Mes.Api.Hosting;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace Mes.Tests.Unit.Hosting;

/// <summary>
/// The service reports everything that is wrong with its settings at once, before it starts anything.
/// </summary>
[Category("Unit")]
internal sealed class SettingsCheckTests
{
    [TestCase("Mes:Cache:ReadTimeout", "50")]
    [TestCase("Mes:Cache:ReadTimeout", "")]
    [TestCase("Mes:Cache:ReadTimeout", "50ms")]
    [TestCase("Mes:Cache:ReadTimeout", "00:05")]
    [TestCase("Mes:Cache:ReadTimeout", "00:00:00")]
    [TestCase("Mes:Cache:ReadTimeout", "-00:00:01")]
    [TestCase("Mes:Cache:ReadTimeout", "00:02:00")]
    [TestCase("Mes:Cache:ReadTimeout", "00:00:75")]
    [TestCase("Mes:Cache:PutTimeout", "150")]
    [TestCase("Mes:Cache:Lease", "5")]
    [TestCase("Mes:Cache:KeepTerminal", "1")]
    [TestCase("Mes:Cache:KeepIdleIndex", "24:00:00")]
    [TestCase("Mes:Cache:KeepTagged", "00:00:00")]
    [TestCase("Mes:Cache:Cells", "0")]
    [TestCase("Mes:Cache:Cells", "16385")]
    [TestCase("Mes:Cache:Cells", "0x10")]
    [TestCase("Mes:Cache:Cells", "4.0")]
    [TestCase("Mes:Cache:FailuresToOpen", "0")]
    [TestCase("Mes:Cache:MaxCopyBytes", "-1")]
    [TestCase("Mes:Cache:MaxCopyBytes", "64MB")]
    [TestCase("Mes:Cache:Enabled", "yes")]
    [TestCase("Mes:AllowEmbedded", "1")]
    [TestCase("Mes:MigrateOnStartup", "on")]
    [TestCase("Mes:DataDirectory", " ")]
    [TestCase("Mes:Shutdown:Delay", "3")]
    [TestCase("Mes:Shutdown:Delay", "01:00:00")]
    [TestCase("Mes:Tracing:Ratio", "50")]
    [TestCase("Mes:Tracing:Ratio", "0,01")]
    [TestCase("Mes:Tracing:Ratio", "NaN")]
    [TestCase("Mes:Tracing:Ratio", "-0.1")]
    [TestCase("Mes:Operations:Urls", "8081")]
    [TestCase("Mes:Operations:Urls", "http://*:0")]
    [TestCase("Mes:Operations:Urls", "http://unix:/tmp/s")]
    [TestCase("Mes:Operations:Urls", "http://*:5080")]
    [TestCase("urls", "foo", "ASPNETCORE_URLS")]
    [TestCase("urls", "http://*:99999", "ASPNETCORE_URLS")]
    [TestCase("urls", "http://*:abc", "ASPNETCORE_URLS")]
    [TestCase("urls", "ftp://*:21", "ASPNETCORE_URLS")]
    [TestCase("urls", "http://*:80/mes", "ASPNETCORE_URLS")]
    [TestCase("urls", "http://localhost:0", "ASPNETCORE_URLS")]
    [TestCase("http_ports", "http", "ASPNETCORE_HTTP_PORTS")]
    [TestCase("https_ports", "70000", "ASPNETCORE_HTTPS_PORTS")]
    [TestCase("Logging:LogLevel:Mes", "Verbose")]
    [TestCase("Logging:Console:LogLevel:Default", "Loud")]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [TestCase("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "nowhere")]
    [TestCase("OTEL_EXPORTER_OTLP_PROTOCOL", "http")]
    [TestCase("OTEL_EXPORTER_OTLP_TIMEOUT", "10s")]
    [TestCase("Kestrel:Endpoints:Main:Url", "here")]
    public void A_wrong_value_is_refused_in_one_line_that_names_key_and_value(
        string key, string value, string? name = null)
    {
        var error = Assert.Throws<StartupException>(
            () => SettingsCheck.Pass(Configuration((key, value)), development: true))!.Message;

        Assert.That(error.Split('\n'), Has.Length.EqualTo(1));
        Assert.That(error, Does.StartWith(name ?? key).And.Contains($"'{value}': it must "));
    }

    [TestCase("ConnectionStrings:Postgres", "Host=db;Hots=s3cr3t")]
    [TestCase("ConnectionStrings:Postgres", "Password=s3cr3t")]
    [TestCase("ConnectionStrings:Postgres", "Host=db;Port=s3cr3t")]
    [TestCase("ConnectionStrings:Postgres", "s3cr3t")]
    [TestCase("ConnectionStrings:Redis", "cache:6379,pasword=s3cr3t")]
    [TestCase("ConnectionStrings:Redis", "password=s3cr3t")]
    [TestCase("OTEL_EXPORTER_OTLP_HEADERS", "s3cr3t")]
    public void What_may_hold_a_secret_is_refused_without_being_shown(string key, string value)
    {
        var error = Assert.Throws<StartupException>(
            () => SettingsCheck.Pass(Configuration((key, value)), development: true))!.Message;

        Assert.That(error, Does.StartWith(key).And.Not.Contain("s3cr3t"));
    }

    [TestCase("Mes:Cache:ReadTimeout", "00:00:00.050")]
    [TestCase("Mes:Cache:ReadTimeout", "0:00:10")]
    [TestCase("Mes:Cache:KeepTerminal", "7.00:00:00")]
    [TestCase("Mes:Cache:Enabled", "False")]
    [TestCase("Mes:Shutdown:Delay", "00:00:00")]
    [TestCase("Mes:Tracing:Ratio", "1")]
    [TestCase("Mes:Tracing:Ratio", "1e-3")]
    [TestCase("Mes:Operations:Urls", "http://*:8081; http://[::1]:8082")]
    [TestCase("Mes:Operations:Urls", "")]
    [TestCase("urls", "http://+:8080;https://127.0.0.1:0")]
    [TestCase("urls", "http://unix:/tmp/mes.sock")]
    [TestCase("urls", "http://[::]:8080")]
    [TestCase("http_ports", "8080;8088")]
    [TestCase("Logging:LogLevel:Mes", "debug")]
    [TestCase("Logging:LogLevel:Mes", "1")]
    [TestCase("Logging:LogLevel:Mes", "")]
    [TestCase("ConnectionStrings:Postgres", "Host=db;Database=mes;Username=mes;Password='a;b=c'")]
    [TestCase("ConnectionStrings:Redis", "a:6379,b:6379,password=p=q,ssl=true")]
    [TestCase("ConnectionStrings:Redis", "")]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT", "")]
    [TestCase("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4317/v1")]
    public void A_right_value_passes(string key, string value) =>
        Assert.That(() => SettingsCheck.Pass(Configuration((key, value)), development: true), Throws.Nothing);

    [Test]
    public void Everything_that_is_wrong_is_told_at_once_what_is_missing_too()
    {
        var error = Assert.Throws<StartupException>(() => SettingsCheck.Pass(
            Configuration(("Mes:Cache:ReadTimeout", "50"), ("Mes:Tracing:Ratio", "2"), ("urls", "foo"),
                ("ConnectionStrings:Redis", "cache")), development: false))!.Message;

        Assert.That(
            error.Split(Environment.NewLine).Select(line => line.Split(' ')[0]),
            Is.EqualTo(new[] { "Mes:Cache:ReadTimeout", "Mes:Tracing:Ratio", "ASPNETCORE_URLS",
                "ConnectionStrings:Postgres" }));
    }

    [TestCase("Mes:Cache:ReadTimout", "Mes:Cache:ReadTimeout")]
    [TestCase("Mes:ReadTimeout", "Mes:Cache:ReadTimeout")]
    [TestCase("Mes:Cache:Shutdown:Delay", "Mes:Shutdown:Delay")]
    [TestCase("Mes:Cache:Budget", null)]
    [TestCase("Mes:Cache:PutBudget", null)]
    [TestCase("Mes:Cache:MostCopied", null)]
    [TestCase("ConnectionStrings:Postgre", "ConnectionStrings:Postgres")]
    [TestCase("Mes:Something:Else", null)]
    public void What_is_no_setting_is_told_with_what_was_meant_and_without_its_value(string key, string? meant)
    {
        var told = SettingsCheck.Unknown(
            Configuration((key, "s3cr3t"), ("mes:cache:ENABLED", "true"), ("Other:Key", "1"))).Single();

        Assert.That(told, Does.StartWith(key).And.Not.Contain("s3cr3t"));
        Assert.That(told, meant is null ? Does.Not.Contain("meant") : Does.Contain($"perhaps {meant} is meant"));
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
