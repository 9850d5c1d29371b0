using System.Text.RegularExpressions;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>Pastes the walkthrough (docs/walkthrough.md) into a shell, step by step.</summary>
[Category("Embedded")]
internal sealed partial class WalkthroughTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public void The_walkthrough_shows_what_the_service_is_about()
    {
        var shown = string.Join('\n', Documents.Steps(Documents.Walkthrough).SelectMany(step => step.Expected));
        Assert.Multiple(() =>
        {
            Assert.That(shown, Does.Contain("Cache-Status: mes; hit"));
            Assert.That(shown, Does.Contain("304 Not Modified"));
            Assert.That(shown, Does.Contain("404 Not Found"));
            Assert.That(shown, Does.Contain("already-claimed"));
            Assert.That(shown, Does.Contain("\"CLOSED\""));
        });
    }

    [Test]
    public async Task The_walkthrough_goes_as_the_document_says()
    {
        await using var service = await StartAsync();

        await PasteAsync(service);
    }

    [Test]
    public async Task The_table_of_metrics_names_every_metric_of_the_service()
    {
        await using var service = await StartAsync();
        await PasteAsync(service);

        using var answer = await service.SendAsync(HttpMethod.Get, "/metrics");

        var metrics = MetricName().Matches(await answer.Content.ReadAsStringAsync())
            .Select(match => match.Groups[1].Value).ToArray();
        Assert.That(metrics, Has.Length.GreaterThan(5));
        Assert.That(
            metrics.Where(name => !Documents.Operating.Contains($"`{name}", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>Gives the cache more time, because a machine that runs tests may be slower than a reader's.</summary>
    private static async Task<MesHost> StartAsync()
    {
        var service = await MesHost.StartEmbeddedAsync(
            ["--Mes:Cache:ReadTimeout=00:00:30"],
            builder => builder.Services.AddSingleton<TimeProvider>(new UnhurriedClock()));
        var keys = service.Services.GetRequiredService<KeySpace>();
        await Eventually.IsTrue(() => keys.TryGetEpochs(out _, out _), Hits.Limit, "the cache may be used");
        return service;
    }

    private static async Task PasteAsync(MesHost service)
    {
        await using var folder = new TemporaryDirectory();
        await Terminal.PasteAsync(Documents.Steps(Documents.Walkthrough), service.Address, folder.Path, Limit);
    }

    [GeneratedRegex("^# TYPE (mes_[a-z_]+|http_[a-z_]+) ", RegexOptions.Multiline)]
    private static partial Regex MetricName();
}
