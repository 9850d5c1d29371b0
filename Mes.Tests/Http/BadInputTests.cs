using System.Collections.Concurrent;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// The service refuses input that violates the contract, explains it in a problem document, and changes nothing.
/// </summary>
public sealed class BadInputTests(TestEngines engines) : HttpTest(engines)
{
    private readonly ConcurrentDictionary<string, Guid> _orders = new();

    private static IEnumerable<string> EveryPath => ApiEndpoints.MethodsByPath.Select(path => path.Key);

    private static IEnumerable<TestCaseData> Rows =>
        BadRequests.All.Select(row => new TestCaseData(row).SetArgDisplayNames(row.Name));

    [TestCaseSource(nameof(Rows))]
    public async Task A_bad_request_is_refused_and_changes_nothing(BadRequest row)
    {
        var id = await OrderInAsync(row.Given);
        var order = (await Crm.OrderAsync(id)).Should(200).Body;
        var count = await Service.CountAsync();

        var answer = await Service.As(row.Key).SendAsync(
            row.Method, ApiEndpoint.Fill(row.Path, id.ToString()), row.Content?.Invoke(), row.Headers);

        answer.ShouldBeProblem(row.Status, row.Problem);
        if (row.Error is { } error)
        {
            Assert.That(
                answer.Json.GetProperty("errors").EnumerateObject().Select(member => member.Name), Does.Contain(error));
        }

        if (row.Problem == "validation-error")
        {
            Assert.That(
                answer.Json.GetProperty("errors").EnumerateObject().SelectMany(member => member.Value.EnumerateArray())
                    .Select(text => text.GetString()),
                Is.Not.Empty.And.All.Not.Empty);
        }

        Assert.That((await Crm.OrderAsync(id)).Should(200).Body, Is.EqualTo(order));
        Assert.That(await Service.CountAsync(), Is.EqualTo(count), "orders and changes");
    }

    [TestCaseSource(nameof(EveryPath))]
    public async Task A_wrong_verb_is_told_the_right_ones(string path)
    {
        var id = await OrderInAsync("SUBMITTED");
        var answer = await Alpha.SendAsync("PUT", ApiEndpoint.Fill(path, id.ToString()));

        answer.ShouldBeProblem(405, "method-not-allowed");
        Assert.That(answer.Header("Allow")!.Split(", "), Is.EquivalentTo(ApiEndpoints.MethodsByPath[path]));
    }

    [Test]
    public async Task A_malformed_id_is_the_same_404_as_an_unknown_one()
    {
        var id = (await OrderInAsync("SUBMITTED")).ToString();
        string[] malformed =
        [
            "abc", "1", "-1", "0", "null", "undefined", id.Replace("-", "", StringComparison.Ordinal), id[..^1], id
                + "0", "+"
                + id[1..], "0x"
                + id[2..],
            "%20" + id, id
                + "%20", "%7B"
                + id
                + "%7D", "("
                + id
                + ")", id
                + "%0A", id.Replace('-', '_'), "%FF", new string('a', 4000),
        ];

        foreach (var read in ApiEndpoints.Reads.Where(read => read.Path.Contains("{id}")))
        {
            foreach (var client in read.Roles.Select(Client))
            {
                var unknown = (await client.GetAsync(read.At(Unknown))).ShouldBeProblem(404, "not-found")
                    .Distinguishable();
                foreach (var text in malformed)
                {
                    var answer = await client.GetAsync(read.At(text));
                    Assert.That(answer.Distinguishable(), Is.EqualTo(unknown), $"{read} {text}");
                }
            }
        }

        foreach (var action in Lifecycle.Actions)
        {
            var client = Client(Lifecycle.StepOf(action).Roles[0]);
            var unknown = (await client.PostAsync($"orders/{Unknown}/{action}", Samples.BodyOf(action)))
                .ShouldBeProblem(404, "not-found").Distinguishable();
            foreach (var text in malformed)
            {
                var answer = await client.PostAsync($"orders/{text}/{action}", Samples.BodyOf(action));
                Assert.That(answer.Distinguishable(), Is.EqualTo(unknown), $"{text}/{action}");
            }
        }
    }

    [Test]
    public async Task An_id_may_be_written_in_capitals()
    {
        var id = await OrderInAsync("SUBMITTED");
        (await Alpha.GetAsync($"orders/{id.ToString().ToUpperInvariant()}")).Should(200);
    }

    [Test]
    public async Task A_path_with_NUL_is_refused()
    {
        Assert.That((await Alpha.GetAsync("orders/a%00b")).Status, Is.EqualTo(400));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_body_of_exactly_256_KiB_is_read(bool chunked)
    {
        var json = Samples.Submission().ToJsonString();
        var content = BadRequest.Bytes([.. System.Text.Encoding.UTF8.GetBytes(json.PadRight(256 * 1024))]);

        var answer = await Alpha.SendAsync(
            "POST", "orders", content(), chunked ? [("Transfer-Encoding", "chunked")] : []);

        answer.Should(201);
    }

    [Test]
    public async Task Many_properties_can_be_wrong_at_once()
    {
        var answer = await Alpha.PostAsync("orders", new System.Text.Json.Nodes.JsonObject { ["quantity"] = 0 });

        answer.ShouldBeProblem(400, "validation-error");
        Assert.That(
            answer.Json.GetProperty("errors").EnumerateObject().Select(member => member.Name),
            Is.EquivalentTo(new[] { "$.externalId", "$.model", "$.material", "$.quantity" }));
    }

    private static Guid Unknown { get; } = Guid.Parse("01980000-0000-7000-8000-000000000000");

    /// <summary>One order per status is enough, because nothing here changes it.</summary>
    private async Task<Guid> OrderInAsync(string status)
    {
        if (!_orders.TryGetValue(status, out var id))
        {
            id = (await Service.OrderInAsync(status)).Id;
            _orders[status] = id;
        }

        return id;
    }
}
