using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mes.Api.Events;
using Mes.Api.Http;
using Mes.Application.Events.GetEvents;
using Mes.Application.Orders;
using Mes.Application.Paging;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Events;
using Mes.Infrastructure.Persistence.Model;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>docs/sellers.md explains every problem that a seller can meet, and every status.</summary>
[Category("Unit")]
internal sealed partial class SellersDocumentTests
{
    /// <summary>Sellers neither claim orders nor issue keys, so these problems do not concern them.</summary>
    private static readonly string[] NotForSellers = ["already-claimed", "last-admin-key", "too-many-keys"];

    private static readonly string Text = Documents.Read("docs/sellers.md");

    [Test]
    public void Every_problem_that_a_seller_can_meet_is_explained_under_its_status()
    {
        var explained = Problem().Matches(Text)
            .Select(match => (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value));

        var problems = ProblemCatalog.All
            .Where(kind => !NotForSellers.Contains(kind.Name))
            .Select(kind => (kind.Status, kind.Type));
        Assert.That(explained, Is.EquivalentTo(problems));
    }

    [Test]
    public void Every_status_is_named()
    {
        var missing = OrderStatuses.All.Where(status => !Text.Contains($"`{status.Name()}`", StringComparison.Ordinal));

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Its_limits_are_those_of_the_service() => Assert.Multiple(() =>
    {
        Assert.That(Text, Does.Contain($"| calls of a seller that wait for events | {WaitingCalls.MaxPerSeller} |"));
        Assert.That(Text, Does.Contain($"| a body | {RequestLimits.BodyBytes / 1024} KiB |"));
        Assert.That(Text, Does.Contain($"| a page | {PageLimits.Max} orders, {GetEvents.MaxLimit} events |"));
        Assert.That(Text, Does.Contain($"| ids in a batch | {OrderLimits.MaxBatch} |"));
        Assert.That(Text, Does.Contain($"| live keys of a seller | {ApiKeyLimits.LivePerSeller} |"));
        Assert.That(Text, Does.Contain($"| idempotency keys are kept | {IdempotencyKeyRow.Kept.TotalHours} hours |"));
        Assert.That(Text, Does.Contain($"| events and deliveries are kept | {new EventOptions().Keep.Days} days |"));
    });

    [Test]
    public void The_packages_that_it_names_are_those_of_the_shops_lock_file()
    {
        var locked = JsonNode.Parse(Documents.Read("docs/examples/shop/package-lock.json"))!["packages"]!;

        var named = Documents.Code(Text, "sh typescript").SelectMany(piece => Package().Matches(piece))
            .Select(match => (Name: match.Groups[1].Value, Version: match.Groups[2].Value)).ToArray();

        Assert.That(named, Has.Length.GreaterThan(3));
        Assert.That(
            named.Where(package => $"{locked[$"node_modules/{package.Name}"]?["version"]}" != package.Version), Is.Empty);
    }

    [GeneratedRegex("^\\| ([0-9]{3}) `(/problems/[a-z-]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Problem();

    [GeneratedRegex(@"(\S+)@([0-9]+\.[0-9]+\.[0-9]+)\b")]
    private static partial Regex Package();
}
