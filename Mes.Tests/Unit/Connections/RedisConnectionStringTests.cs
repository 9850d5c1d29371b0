using Mes.Api;
using Mes.Api.Hosting;
using Mes.Infrastructure.Connections;
using NUnit.Framework;

namespace Mes.Tests.Unit.Connections;

[Category("Unit")]
internal sealed class RedisConnectionStringTests
{
    private const string Secret = "s3cr3t";

    [TestCase("cache:6380", "Redis at cache:6380")]
    [TestCase("cache", "Redis at cache:6379")]
    [TestCase("password=s3cr3t,cache:6379", "Redis at cache:6379", Secret)]
    [TestCase(" password = s3cr3t , cache ", "Redis at cache:6379", Secret)]
    [TestCase("a:1,b:2,password=s3cr3t,ssl=true", "Redis at a:1, b:2 (TLS)", Secret)]
    [TestCase("user=mes,password=s3cr3t=,[::1]:6379", "Redis at [::1]:6379", "s3cr3t=")]
    [TestCase("127.0.0.1,password=redis://s3cr3t", "Redis at 127.0.0.1:6379", "redis://s3cr3t")]
    [TestCase("!/run/redis.sock,password=s3cr3t", "Redis at /run/redis.sock", Secret)]
    [TestCase("redis://cache", "Redis at cache:6379")]
    [TestCase("redis://mes:s3cr3t@cache:1/0?ssl=true", "Redis at cache:1 (TLS)", Secret)]
    [TestCase("rediss://:s3cr3t@cache", "Redis at cache:6379 (TLS)", Secret)]
    [TestCase("REDIS://s3cr3t@cache", "Redis at cache:6379", Secret)]
    [TestCase("redis://mes:s3%2Ccr%40%253t@a:1,b:2", "Redis at a:1, b:2", "s3,cr@%3t")]
    [TestCase("redis://:s3/cr@3t@cache:1", "Redis at cache:1", "s3/cr@3t")]
    [TestCase("redis://[::1]:7000?connectTimeout=500", "Redis at [::1]:7000")]
    [TestCase("unix://mes:s3cr3t@/run/redis.sock?db=0", "Redis at /run/redis.sock", Secret)]
    public void It_is_understood_and_shown_without_what_is_secret(string text, string shown, string? password = null)
    {
        Assert.That(RedisConnectionString.Describe(text), Is.EqualTo(shown));
        Assert.That(
            RedisConnectionString.Parse(text).Password, Is.EqualTo(password).Or.EqualTo(password ?? string.Empty));
    }

    [Test]
    public void A_URL_names_user_database_and_options()
    {
        var options = RedisConnectionString.Parse("redis://m%65s:s3cr3t@cache:6380/2?connectTimeout=700&tls=true");

        Assert.That((options.User, options.DefaultDatabase, options.ConnectTimeout, options.Ssl),
            Is.EqualTo(("mes", (int?)2, 700, true)));
    }

    [TestCase("cache,s3cr3t part")]
    [TestCase("cache,password=s3,cr3t!")]
    [TestCase("cache,s3cr3t=x")]
    [TestCase("cache,password=x,ssl=s3cr3t")]
    [TestCase("cache,redis://mes:s3cr3t@other")]
    [TestCase("password=s3cr3t")]
    [TestCase("http://mes:s3cr3t@cache")]
    [TestCase("redis://cache,password=s3cr3t@x")]
    [TestCase("redis://mes:s3cr3t%@cache")]
    [TestCase("redis://mes:s3cr3t@cache/s3cr3t")]
    [TestCase("redis://s3cr3t?x@cache")]
    [TestCase("redis://mes:s3cr3t@cache?s3cr3t=1")]
    [TestCase("redis://mes:s3cr3t@cache:s3cr3t")]
    [TestCase("redis://")]
    [TestCase("rediss://")]
    [TestCase("redis:///2")]
    [TestCase("redis://:s3cr3t@")]
    [TestCase("redis://:6379")]
    [TestCase("redis://a,,b")]
    public void What_is_not_understood_is_refused_at_the_start_by_the_name_of_its_setting_and_not_repeated(string text)
    {
        var refused = Assert.Throws<StartupException>(
            () => MesApplication.Build(
                ["--environment=Production", "--ConnectionStrings:Postgres=Host=db",
                    $"--ConnectionStrings:Redis={text}"]));

        Assert.That(
            refused!.Message, Does.StartWith("ConnectionStrings:Redis is not understood: ").And.Not.Contain(
                "s3cr3t").And.Not.Contain("cr3t!").And.Not.Contain("\n"));
    }
}
