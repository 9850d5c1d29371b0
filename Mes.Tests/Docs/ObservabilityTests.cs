using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>The alerts and dashboards agree with the documents and with each other. docker/test.sh runs them.</summary>
[Category("Unit")]
internal sealed partial class ObservabilityTests
{
    private static readonly string[] Dashboards =
        [.. Directory.GetFiles(Documents.PathOf("docker/observability/grafana/dashboards"), "*.json")
            .Select(File.ReadAllText)];

    private static readonly string Rules = Documents.Read("docker/observability/alerts.yml");

    private static string[] Alerts => [.. Alert().Matches(Rules).Select(match => match.Groups[1].Value)];

    [Test]
    public void Each_alert_says_in_a_section_of_its_own_what_it_means_and_what_to_do()
    {
        Assert.That(Alerts, Has.Length.GreaterThan(10));
        foreach (var alert in Alerts)
        {
            Assert.That(
                Documents.Operating,
                Does.Match($@"\n#### {alert}\n\n- \*\*Means\*\*: [^#]+\n- \*\*Look at\*\* [^#]+\n- \*\*Do\*\*: "));
            Assert.That(Rules, Does.Contain($"runbook: docs/operating.md#{alert.ToLowerInvariant()}\n"));
        }
    }

    [Test]
    public void Each_alert_has_a_test_that_it_fires_and_one_that_it_does_not()
    {
        var tests = Documents.Read("docker/observability/alerts.test.yml");

        foreach (var alert in Alerts)
        {
            Assert.That(tests, Does.Contain($"name: '{alert} fires'").And.Contain($"name: '{alert} does not'"));
        }
    }

    [Test]
    public void Kubernetes_has_the_same_alerts_but_for_those_about_the_proxy()
    {
        var here = Group().Split(Rules).Where(rule => !rule.Contains("haproxy_", StringComparison.Ordinal))
            .Select(Squeezed).Where(rule => rule.StartsWith("- alert:", StringComparison.Ordinal));
        var there = Group().Split(Documents.Read("docker/kubernetes/prometheus-rule.yaml"))
            .Select(Squeezed).Where(rule => rule.StartsWith("- alert:", StringComparison.Ordinal));

        Assert.That(there, Is.EqualTo(here));
    }

    [Test]
    public void What_alerts_and_dashboards_ask_for_stands_in_the_table_of_metrics()
    {
        var documented = Documented().Matches(Documents.Operating).Select(match => match.Groups[1].Value).ToHashSet();
        var asked = Dashboards.Append(Rules).SelectMany(text => Metric().Matches(text)).Select(match => match.Value)
            .Select(name => Suffix().Replace(name, "")).ToHashSet();

        Assert.That(asked, Has.Count.GreaterThan(15));
        Assert.That(asked, Is.SubsetOf(documented));
    }

    private static string Squeezed(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    /// <summary>Before each alert and each group.</summary>
    [GeneratedRegex(@"\n(?=\s*- (?:alert|name):)")]
    private static partial Regex Group();

    [GeneratedRegex(@"\b(?:mes|http_server)_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex("_(?:bucket|count|sum)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"^\| `([a-z_]+)(?:\{[a-z]+\})?` \|", RegexOptions.Multiline)]
    private static partial Regex Documented();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
