using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>Pastes the walkthrough (docs/walkthrough.md) into a shell, step by step.</summary>
[Category("Embedded")]
internal sealed partial class WalkthroughTests
{
    private const string DocumentedAddress = "http://localhost:5080";
    private const string Separator = "-----8<-----";
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
        var steps = Documents.Steps(Documents.Walkthrough);

        var outputs = await PasteAsync(steps.Select(step => step.Script), service.Address);

        Assert.That(outputs, Has.Count.EqualTo(steps.Count));
        Assert.Multiple(() =>
        {
            for (var i = 0; i < steps.Count; i++)
            {
                AssertShows(steps[i].Expected, outputs[i]);
            }
        });
    }

    [Test]
    public async Task The_table_of_metrics_names_every_metric_of_the_service()
    {
        await using var service = await StartAsync();
        await PasteAsync(Documents.Steps(Documents.Walkthrough).Select(step => step.Script), service.Address);

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

    private static void AssertShows(IReadOnlyList<string> expected, string output)
    {
        var from = 0;
        foreach (var line in expected)
        {
            var pattern = $"^{Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal)}$";
            var match = new Regex(pattern, RegexOptions.Multiline).Match(output, from);
            if (!match.Success)
            {
                Assert.Fail($"The document promises\n{line}\nbut the shell shows\n{output}");
                return;
            }

            from = match.Index + match.Length;
        }
    }

    private static async Task<IReadOnlyList<string>> PasteAsync(IEnumerable<string> scripts, Uri address)
    {
        var start = new ProcessStartInfo("sh", ["-eu"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["no_proxy"] = "*";
        using var shell = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        var output = shell.StandardOutput.ReadToEndAsync(limit.Token);
        var errors = shell.StandardError.ReadToEndAsync(limit.Token);
        var script = string.Join($"\necho '{Separator}'\n", scripts);
        await shell.StandardInput.WriteAsync(
            script.Replace(DocumentedAddress, address.ToString().TrimEnd('/'), StringComparison.Ordinal));
        shell.StandardInput.Close();
        await shell.WaitForExitAsync(limit.Token);

        Assert.That(shell.ExitCode, Is.Zero, await errors);
        return (await output).Replace("\r", string.Empty, StringComparison.Ordinal).Split($"{Separator}\n");
    }

    [GeneratedRegex("^# TYPE (mes_[a-z_]+|http_[a-z_]+) ", RegexOptions.Multiline)]
    private static partial Regex MetricName();
}
