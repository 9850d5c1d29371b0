using System.Text;
using System.Text.Json.Nodes;
using Mes.Api.Http;
using Mes.Api.Orders.Bodies;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>The service accepts values just inside the bounds and returns them as they were sent.</summary>
public sealed class BoundsTests(TestEngines engines) : HttpTest(engines)
{
    private static readonly string Emoji = "😀";

    private static IEnumerable<TestCaseData> Values =>
        from row in new (string Path, string Json)[]
        {
            ("externalId", "\"{unique}\""),
            ("externalId", $"\"{{unique}}{new string('x', 40)}\""),
            ("externalId", "\"{unique} ../%00?&=+'\\\" — 日本\""),
            ("material", "\"x\""),
            ("material", $"\"{new string('x', 64)}\""),
            ("material", $"\"{string.Concat(Enumerable.Repeat(Emoji, 64))}\""),
            ("quantity", "1"),
            ("quantity", "10000"),
            ("notes", "null"),
            ("notes", "\"\""),
            ("notes", $"\"{new string('x', 2000)}\""),
            ("notes", $"\"{string.Concat(Enumerable.Repeat(Emoji, 2000))}\""),
            ("notes", "\"<b>'; DROP TABLE orders; --\\n\\t\\u0001\\u2028\\uFFFF\\\\\\\"\""),
            ("model.fileName", "\"x\""),
            ("model.fileName", $"\"{new string('x', 255)}\""),
            ("model.sha256", $"\"{new string('0', 64)}\""),
            ("model.sha256", "\"0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789abcdefABCD\""),
            ("model.polygonCount", "1"),
            ("model.polygonCount", "9223372036854775807"),
        }
        select new TestCaseData(row.Path, row.Json)
            .SetArgDisplayNames(row.Path, row.Json[..Math.Min(60, row.Json.Length)]);

    [TestCaseSource(nameof(Values))]
    public async Task An_order_keeps_what_was_sent(string path, string json)
    {
        var value = JsonNode.Parse(json.Replace("{unique}", ServiceUnderTest.Unique("e"), StringComparison.Ordinal));
        var order = Samples.Submission();
        var (holder, property) = path.Split('.') is [var outer, var inner]
            ? (order[outer]!.AsObject(), inner)
            : (order, path);
        holder[property] = value?.DeepClone();

        var submitted = (await Alpha.SubmitAsync(order)).Should(201);

        await ReadBackAsync(submitted, path, value);
    }

    [TestCase("2027-03-01T12:00:00Z", "2027-03-01T12:00:00.000Z")]
    [TestCase("2027-03-01T12:00:00.1Z", "2027-03-01T12:00:00.100Z")]
    [TestCase("2027-03-01T12:00:00.123456789Z", "2027-03-01T12:00:00.123Z")]
    [TestCase("2027-03-01T12:00:00.040+02:00", "2027-03-01T10:00:00.040Z")]
    [TestCase("2027-03-01T12:00:00-09:30", "2027-03-01T21:30:00.000Z")]
    [TestCase("2027-03-01t12:00:00z", "2027-03-01T12:00:00.000Z")]
    [TestCase("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    [TestCase("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z")]
    [TestCase("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z")]
    [TestCase("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z")]
    public async Task A_time_comes_back_in_UTC_with_three_decimals(string sent, string expected)
    {
        var order = Samples.Submission();
        order["dueAt"] = sent;

        var submitted = (await Alpha.SubmitAsync(order)).Should(201);

        await ReadBackAsync(submitted, "dueAt", expected);
    }

    [Test]
    public async Task What_is_optional_may_be_left_out()
    {
        var order = Samples.Submission();
        order.Remove("dueAt");
        order.Remove("notes");

        var submitted = (await Alpha.SubmitAsync(order)).Should(201);

        await ReadBackAsync(submitted, "dueAt", null);
        await ReadBackAsync(submitted, "notes", null);
    }

    [TestCase("0.01", "0.01")]
    [TestCase("0.10", "0.10")]
    [TestCase("10000000", "10000000.00")]
    [TestCase("10000000.00", "10000000.00")]
    [TestCase("49.90", "49.90")]
    [TestCase("49.9", "49.90")]
    [TestCase("1e2", "100.00")]
    [TestCase("1.5000", "1.50")]
    public async Task An_amount_within_its_bounds_is_accepted_and_exact(string amount, string expected)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);

        var priced =
            (await Crm.SendAsync("POST", $"orders/{order.Id}/price",
                Json($"{{\"amount\":{amount},\"currency\":\"JPY\"}}"))).Should(200);

        Assert.That(priced.Json.GetProperty("price").GetProperty("amount").GetDecimal(),
            Is.EqualTo(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)));
        await ReadBackAsync(priced, "price", JsonNode.Parse(priced.Json.GetProperty("price").GetRawText()));
        Assert.That(priced.Json.GetProperty("price").GetProperty("amount").GetRawText(), Is.EqualTo(expected),
            "the same bytes from everywhere");
    }

    [TestCase("EUR")]
    [TestCase("USD")]
    [TestCase("CHF")]
    [TestCase("KWD")]
    [TestCase("XCG")]
    [TestCase("ZWG")]
    public async Task A_currency_of_ISO_4217_is_accepted(string currency)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        (await Crm.ChangeAsync(order.Id, "price", new JsonObject { ["amount"] = 1, ["currency"] = currency }))
            .Should(200);
    }

    [TestCase(1)]
    [TestCase(500)]
    public async Task A_reason_within_its_bounds_is_accepted_and_kept(int length)
    {
        var reason = new string('r', length);
        var body = new JsonObject { ["reason"] = reason };

        foreach (var change in ApiEndpoints.ChangesWith<ReasonBody>())
        {
            var order = await Service.OrderInAsync(Lifecycle.StepOf(change.Action).From[0]);
            (await Client(change.Roles[0]).ChangeAsync(order.Id, change.Action, body.DeepClone())).Should(200);
            var last = (await Alpha.HistoryAsync(order.Id))[^1];
            Assert.That(last.GetProperty("note").GetString(), Is.EqualTo(reason), change.Action);
        }
    }

    [TestCase(1)]
    [TestCase(64)]
    public async Task A_shipment_within_its_bounds_is_accepted(int length)
    {
        var order = await Service.OrderInAsync("PACKAGING");
        var shipment =
            new JsonObject { ["carrier"] = new string('c', length), ["trackingNumber"] = new string('t', length) };

        var shipped = (await Anna.ChangeAsync(order.Id, "shipment", shipment.DeepClone())).Should(200);

        await ReadBackAsync(shipped, "shipment", shipment);
    }

    [Test]
    public async Task A_change_that_takes_nothing_takes_an_empty_object()
    {
        foreach (var change in ApiEndpoints.ChangesWith<NoBody>())
        {
            var order = await Service.OrderInAsync(Lifecycle.StepOf(change.Action).From[0]);
            (await Client(change.Roles[0]).ChangeAsync(order.Id, change.Action, new JsonObject())).Should(200);
        }
    }

    [TestCase("application/json")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("Application/JSON; charset=\"UTF-8\"")]
    public async Task JSON_in_UTF8_is_taken_however_it_is_called(string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Samples.Submission().ToJsonString()));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        (await Alpha.SendAsync("POST", "orders", content)).Should(201);
    }

    /// <summary>The answer to the change, the cache, the database and the list must all show the same.</summary>
    private async Task ReadBackAsync(HttpAnswer changed, string path, JsonNode? expected)
    {
        var cached = (await Alpha.OrderAsync(changed.Id)).Should(200);
        await Service.EvictAsync(changed.Id);
        var read = (await Alpha.OrderAsync(changed.Id)).Should(200);

        Assert.That(At(changed.Body, path)?.ToJsonString(), Is.EqualTo(expected?.ToJsonString()));
        Assert.That(cached.Body, Is.EqualTo(changed.Body));
        Assert.That(read.Body, Is.EqualTo(changed.Body));
    }

    private static JsonNode? At(string body, string path) =>
        path.Split('.').Aggregate(JsonNode.Parse(body), (node, name) => node![name]);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
