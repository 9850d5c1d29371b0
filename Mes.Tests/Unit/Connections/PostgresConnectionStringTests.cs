using Mes.Api;
using Mes.Api.Hosting;
using Mes.Infrastructure.Connections;
using Mes.Infrastructure.Persistence.Postgres;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Unit.Connections;

[Category("Unit")]
internal sealed class PostgresConnectionStringTests
{
    [TestCase("Host=db;Database=mes;Username=mes;Password=s3cr3t", "PostgreSQL at db:5432/mes")]
    [TestCase("Password='s3;cr3t';Host=db;Port=6432;Username=mes", "PostgreSQL at db:6432/mes")]
    [TestCase("Host=a:1,b;Database=mes;Password=s3cr3t", "PostgreSQL at a:1, b:5432/mes")]
    [TestCase("Host=/run/postgresql;Database=mes", "PostgreSQL at /run/postgresql/mes")]
    [TestCase("postgres://mes:s3cr3t@db/mes?sslmode=require", "PostgreSQL at db:5432/mes")]
    [TestCase("postgresql://mes:s3cr3t@db:6432/mes", "PostgreSQL at db:6432/mes")]
    [TestCase("postgresql://mes:s3cr3t@[::1]:6432/mes", "PostgreSQL at ::1:6432/mes")]
    [TestCase("postgresql://mes:s3cr3t@a:1,b:2/mes?target_session_attrs=read-write", "PostgreSQL at a:1, b:2/mes")]
    [TestCase("postgresql://mes:s3cr3t@%2Frun%2Fpostgresql/mes", "PostgreSQL at /run/postgresql/mes")]
    [TestCase("postgresql:///mes?host=/run/postgresql&user=mes", "PostgreSQL at /run/postgresql/mes")]
    public async Task It_is_understood_and_shown_without_what_is_secret(string text, string shown)
    {
        await using var engine = new PostgresEngine(text);
        Assert.That(engine.Description, Is.EqualTo(shown));
    }

    [Test]
    public void A_URL_sets_what_its_parts_say()
    {
        var settings = PostgresConnectionString.Parse(
            "postgres://m%65s:p%40ss%3A@db:6432/m%2Fes?sslmode=verify-full&application_name=x&connect_timeout=7&Maximum%20Pool%20Size=9&options=-c%20a%3D1");

        Assert.That(
            (settings.Username, settings.Password, settings.Host, settings.Port, settings.Database),
            Is.EqualTo(("mes", "p@ss:", "db", 6432, "m/es")));
        Assert.That(
            (settings.SslMode, settings.ApplicationName, settings.Timeout, settings.MaxPoolSize, settings.Options),
            Is.EqualTo((SslMode.VerifyFull, "x", 7, 9, "-c a=1")));
    }

    [TestCase("Host=db;Password=s3;cr3t")]
    [TestCase("Host=db;s3cr3t=x")]
    [TestCase("Host=db;Port=s3cr3t")]
    [TestCase("s3cr3t")]
    [TestCase("Password=s3cr3t")]
    [TestCase("mysql://mes:s3cr3t@db/mes")]
    [TestCase("postgresql://")]
    [TestCase("postgres://mes:s3cr3t@/mes")]
    [TestCase("postgres://mes:s3cr3t@db:port/mes")]
    [TestCase("postgres://mes:s3cr3t@db/mes?nonsense=s3cr3t")]
    [TestCase("postgres://mes:s3cr3t@db/mes?sslmode=s3cr3t")]
    public void What_is_not_understood_is_refused_at_the_start_by_the_name_of_its_setting_and_not_repeated(string text)
    {
        var refused = Assert.Throws<StartupException>(
            () => MesApplication.Build(
                ["--environment=Production", "--Mes:Cache:Enabled=false", $"--ConnectionStrings:Postgres={text}"]));

        Assert.That(
            refused!.Message, Does.StartWith("ConnectionStrings:Postgres is not understood: ").And.Not.Contain(
                "cr3t").And.Not.Contain("\n"));
    }
}
