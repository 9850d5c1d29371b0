using Mes.Api.Hosting;
using Mes.Tests.Http;
using Microsoft.Extensions.Configuration;
using NUnit.Framework;

namespace Mes.Tests.Unit.Hosting;

[Category("Unit")]
internal sealed class SettingFilesTests
{
    private TemporaryDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new TemporaryDirectory();

    [TearDown]
    public async Task RemoveDirectory() => await _directory.DisposeAsync();

    [TestCase(Settings.Postgres, "Host=db;Password=s3cr3t")]
    [TestCase(Settings.PostgresPassword, "s3cr3t")]
    [TestCase(Settings.Redis, "cache:6379,password=s3cr3t")]
    [TestCase(Settings.RedisPassword, " s3cr3t ")]
    public void A_secret_may_stand_in_a_file_whose_last_line_ends_or_not(string key, string value)
    {
        foreach (var end in new[] { "", "\n", "\r\n" })
        {
            Assert.That(Load((key + "_FILE", FileWith(value + end)))[key], Is.EqualTo(value));
        }
    }

    [Test]
    public void Every_secret_may()
    {
        Assert.That(SettingFiles.All, Has.Count.GreaterThanOrEqualTo(4));
        Assert.That(
            SettingFiles.All,
            Is.EquivalentTo(Settings.All.Where(setting => setting.Form.IsSecret).Select(one => one.Key + "_FILE")));
    }

    [Test]
    public void It_is_a_known_setting()
    {
        var configuration = Load((Settings.PostgresPassword + "_FILE", FileWith("s3cr3t")));

        Assert.That(SettingsCheck.Unknown(configuration), Is.Empty);
    }

    [Test]
    public void Without_a_file_nothing_is_set() =>
        Assert.That(Load((Settings.PostgresPassword + "_FILE", ""))[Settings.PostgresPassword], Is.Null);

    [Test]
    public void A_file_that_cannot_be_read_is_named_in_one_line()
    {
        var refused = Assert.Throws<StartupException>(
            () => Load((Settings.RedisPassword + "_FILE", Path.Combine(_directory.Path, "none"))));

        Assert.That(
            refused!.Message,
            Does.StartWith($"{Settings.RedisPassword}_FILE is '{_directory.Path}").And.Not.Contain("\n"));
    }

    [Test]
    public void Both_ways_at_once_are_refused_and_show_neither()
    {
        var refused = Assert.Throws<StartupException>(() => Load(
            (Settings.RedisPassword, "s3cr3t"), (Settings.RedisPassword + "_FILE", FileWith("s3cr3t"))));

        Assert.That(refused!.Message, Does.Contain($"{Settings.RedisPassword}_FILE").And.Not.Contain("s3cr3t"));
    }

    private static ConfigurationManager Load(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(
            settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        SettingFiles.Load(configuration);
        return configuration;
    }

    private string FileWith(string text)
    {
        var file = Path.Combine(_directory.Path, "secret");
        File.WriteAllText(file, text);
        return file;
    }
}
