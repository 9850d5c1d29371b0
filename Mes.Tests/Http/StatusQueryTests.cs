using System.Text.Json.Nodes;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>The statuses of many orders at once.</summary>
public sealed class StatusQueryTests(TestEngines engines) : HttpTest(engines)
{
    private const string Path = "order-status-queries";

    private static string Never => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    [Test]
    public async Task Each_order_is_told_as_by_itself_in_the_order_that_was_asked_for()
    {
        var orders = await SubmitAsync(3);
        await Crm.ChangeAsync(orders[1].Id, "price");
        var ids = new[] { orders[2].Id, orders[0].Id, orders[1].Id };

        var answer = await HitAsync(Alpha, [.. ids.Select(id => id.ToString())]);

        var single = new List<string>();
        foreach (var id in ids)
        {
            single.Add((await Alpha.StatusAsync(id)).Should(200).Body);
        }

        Assert.That(Items(answer), Is.EqualTo(single));
        Assert.That(NotFound(answer), Is.Empty);
        Assert.That(answer.Header("Cache-Control"), Is.EqualTo("no-cache, private"));
    }

    [Test]
    public async Task A_change_is_told_at_once_by_every_instance()
    {
        var orders = await SubmitAsync(2);
        foreach (var (step, version) in Lifecycle.WayTo("MANUFACTURING_STARTED").Select((step, i) => (step, i + 2)))
        {
            (await Client(step.Roles[0]).ChangeAsync(orders[0].Id, step.Action)).Should(200);
            for (var instance = 0; instance < 2; instance++)
            {
                var answer = await AskAsync(Service.As(MesHost.Alpha, instance), $"{orders[0].Id}", $"{orders[1].Id}");
                Assert.That(Versions(answer), Is.EqualTo(new[] { version, 1 }));
            }
        }
    }

    [Test]
    public async Task What_the_cache_does_not_have_is_read_and_put()
    {
        var orders = await SubmitAsync(4);
        await Service.EvictAsync(orders[1].Id);
        await Service.EvictAsync(orders[3].Id);
        string[] ids = [.. orders.Select(order => order.Id.ToString())];

        var miss = await CachedAsync(Alpha, ids);
        var hit = await HitAsync(Alpha, ids);

        Assert.That(miss.CacheStatus, Is.EqualTo("mes; fwd=miss; stored"));
        Assert.That(hit.Body, Is.EqualTo(miss.Body));
    }

    [TestCase("seller")]
    [TestCase("operator")]
    [TestCase("service")]
    public async Task Operators_and_services_see_all_orders_and_a_seller_its_own(string role)
    {
        var (_, seller) = await Service.NewSellerAsync();
        var foreign = (await seller.SubmitAsync()).Should(201).Id;
        var own = (await Alpha.SubmitAsync()).Should(201).Id;

        var answer = await AskAsync(Client(role), $"{foreign}", $"{own}");

        Assert.That(
            Items(answer).Select(item => JsonNode.Parse(item)!["id"]!.GetValue<Guid>()),
            Is.EqualTo(role == "seller" ? [own] : new[] { foreign, own }));
        Assert.That(NotFound(answer), Is.EqualTo(role == "seller" ? [$"{foreign}"] : Array.Empty<string>()));
    }

    [Test]
    public async Task Another_sellers_order_is_the_same_as_one_that_never_existed([Values] bool cached)
    {
        var own = (await Alpha.SubmitAsync()).Should(201).Id;
        var foreign = (await Beta.SubmitAsync()).Should(201).Id.ToString();
        var never = Never;
        if (!cached)
        {
            await Service.EvictAsync(Guid.Parse(foreign));
        }

        var answers = new List<string>();
        foreach (var id in new[] { foreign, never })
        {
            var answer = await CachedAsync(Alpha, id, $"{own}");
            Assert.That(NotFound(answer), Is.EqualTo(new[] { id }));
            answers.Add(answer.Distinguishable().Replace(id, "it", StringComparison.Ordinal));
        }

        Assert.That(answers[0], Is.EqualTo(answers[1]), "bug class 20");
        Assert.That(answers[0], Does.Contain("Cache-Status: mes; fwd=miss\n"));
    }

    [Test]
    public async Task An_order_stands_in_the_answer_once_however_often_it_is_asked_for()
    {
        var id = (await Alpha.SubmitAsync()).Should(201).Id.ToString();
        var never = Never;

        var answer = await AskAsync(Alpha, never, id, id.ToUpperInvariant(), id, never.ToUpperInvariant(), never);

        Assert.That(Items(answer), Has.Count.EqualTo(1));
        Assert.That(NotFound(answer), Is.EqualTo(new[] { never }));
    }

    [TestCase("abc")]
    [TestCase("{019c131b-4d68-7c3e-9a41-5f0b6d2e8c17}")]
    [TestCase("019c131b4d687c3e9a415f0b6d2e8c17")]
    [TestCase(" 019c131b-4d68-7c3e-9a41-5f0b6d2e8c17")]
    public async Task A_malformed_id_names_no_order(string id)
    {
        var own = (await Alpha.SubmitAsync()).Should(201).Id;

        var answer = await AskAsync(Alpha, id, $"{own}", id);

        Assert.That(Items(answer), Has.Count.EqualTo(1));
        Assert.That(NotFound(answer), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task A_hundred_orders_may_be_asked_for()
    {
        var orders = await SubmitAsync(3);
        string[] ids = [.. orders.Select(order => order.Id.ToString()), .. Enumerable.Range(0, 97).Select(_ => Never)];

        var answer = await AskAsync(Alpha, ids);

        Assert.That(Items(answer), Has.Count.EqualTo(3));
        Assert.That(NotFound(answer), Is.EqualTo(ids.Skip(3)));
    }

    [TestCase("""{}""", "$.ids")]
    [TestCase("""{"ids":null}""", "$.ids")]
    [TestCase("""{"ids":[]}""", "$.ids")]
    [TestCase("""{"ids":"019c131b-4d68-7c3e-9a41-5f0b6d2e8c17"}""", "$.ids")]
    [TestCase("""{"ids":{}}""", "$.ids")]
    [TestCase("""{"ids":["a",null]}""", "$.ids[1]")]
    [TestCase("""{"ids":[1]}""", "$.ids[0]")]
    [TestCase("""{"ids":[["a"]]}""", "$.ids[0]")]
    [TestCase("""{"ids":[""]}""", "$.ids[0]")]
    [TestCase("""{"ids":[" "]}""", "$.ids[0]")]
    [TestCase("""{"ids":["a\u0000"]}""", "$.ids[0]")]
    [TestCase("""{"ids":["a"],"ids":["b"]}""", "$.ids")]
    [TestCase("""{"ids":["a"],"status":"CLOSED"}""", "$.status")]
    public async Task A_query_that_is_none_is_refused(string body, string error) => ShouldBeRefused(body, error,
        await Alpha.SendAsync("POST", Path, BadRequest.Json(body)()));

    [Test]
    public async Task More_than_a_hundred_ids_and_an_overlong_one_are_refused()
    {
        foreach (var (ids, error) in new (IEnumerable<string>, string)[]
        {
            (Enumerable.Repeat("a", 101), "$.ids"), ([new string('a', 65)], "$.ids[0]"),
        })
        {
            var body = Body(ids);
            ShouldBeRefused(body.ToJsonString(), error, await Alpha.PostAsync(Path, body));
        }
    }

    private static void ShouldBeRefused(string body, string error, HttpAnswer answer) =>
        Assert.That(
            answer.ShouldBeProblem(400, "validation-error").Json.GetProperty("errors").EnumerateObject()
                .Select(member => member.Name),
            Is.EqualTo(new[] { error }),
            body);

    private async Task<HttpAnswer[]> SubmitAsync(int count)
    {
        var orders = new List<HttpAnswer>();
        for (var i = 0; i < count; i++)
        {
            orders.Add((await Alpha.SubmitAsync()).Should(201));
        }

        return [.. orders];
    }

    private static async Task<HttpAnswer> AskAsync(OrdersClient client, params string[] ids) =>
        (await client.PostAsync(Path, Body(ids))).Should(200);

    private static Task<HttpAnswer> CachedAsync(OrdersClient client, params string[] ids) =>
        OrdersClient.CachedAsync(() => AskAsync(client, ids), Path);

    private static Task<HttpAnswer> HitAsync(OrdersClient client, params string[] ids) =>
        OrdersClient.HitAsync(() => AskAsync(client, ids), Path);

    private static JsonObject Body(IEnumerable<string> ids) =>
        new() { ["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) };

    private static List<string> Items(HttpAnswer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetRawText())];

    private static List<int> Versions(HttpAnswer answer) =>
        [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("version").GetInt32())];

    private static List<string?> NotFound(HttpAnswer answer) =>
        [.. answer.Json.GetProperty("notFound").EnumerateArray().Select(id => id.GetString())];
}
