using System.Text.RegularExpressions;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>
/// The metrics that docs/operating.md lists exist from the start, because an alert notices the first event only as a
/// step from 0.
/// </summary>
[Category("Embedded")]
internal sealed partial class MetricsTableTests
{
    [Test]
    public async Task Every_metric_of_the_table_is_there_from_the_start_with_each_value_of_its_label()
    {
        await using var service = await MesHost.StartEmbeddedAsync();
        // The request metrics have a series for a route and status only after such a request.
        using var first =
            await service.SendAsync(HttpMethod.Get, "/health/ready");

        using var answer = await service.SendAsync(HttpMethod.Get, "/metrics");

        var metrics = await answer.Content.ReadAsStringAsync();
        var rows = Row().Matches(Documents.Operating).ToArray();
        Assert.That(rows, Has.Length.GreaterThan(12));
        Assert.Multiple(() =>
        {
            foreach (var row in rows)
            {
                var name = row.Groups["name"].Value;
                Assert.That(metrics, Does.Match($"(?m)^# TYPE {name} "), name);
                if (!name.EndsWith("_total", StringComparison.Ordinal))
                {
                    continue;
                }

                var values = row.Groups["label"].Success ? Value().Matches(row.Groups["tells"].Value)
                    .Select(value => value.Groups[1].Value).ToArray() : [""];
                Assert.That(values, Is.Not.Empty, name);
                foreach (var value in values)
                {
                    var labels = value.Length == 0 ? "" : $$"""[^}]*{{row.Groups["label"].Value}}="{{value}}"[^}]*""";
                    Assert.That(metrics, Does.Match($$"""(?m)^{{name}}(\{{{(value.Length == 0 ? "[^}]*" : labels)}}\}){{(value.Length == 0 ? "?" : "")}} [0-9]"""), $"{name} {value}");
                }
            }
        });
    }

    [GeneratedRegex(@"^\| `(?<name>(mes_|http_)[a-z_]+)(\{(?<label>[a-z]+)\})?` \| (?<tells>.*) \|$",
        RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([a-z]+)`")]
    private static partial Regex Value();
}
