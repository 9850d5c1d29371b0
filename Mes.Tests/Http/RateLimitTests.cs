using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mes.Tests.Support;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Http;

/// <summary>
/// Two instances share the limits of their callers through Redis, and each answer tells its caller how it stands.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed partial class RateLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string[] On = ["--Mes:RateLimits:Enabled=true"];

    private TestDatabase _database = null!;
    private TestRedisServer _redis = null!;
    private MesHost[] _hosts = [];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _redis = await TestRedisServer.StartAsync();
        _hosts = [await StartInstanceAsync(), await StartInstanceAsync()];
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _redis.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public async Task Every_answer_to_a_caller_tells_what_is_left_whichever_instance_gives_it()
    {
        var key = await IssueAsync("seller", "sellerId");
        var (one, other) = (Client(0, key), Client(1, key));

        var order = (await one.SubmitAsync()).Should(201);
        Assert.That(order.Header("RateLimit-Policy"), Is.EqualTo("\"seller\";q=600;w=60"));
        Assert.That(order.Header("RateLimit"), Is.EqualTo("\"seller\";r=599;t=60"));
        HttpAnswer[] answers =
        [
            (await other.StatusAsync(order.Id)).Should(200),
            (await other.StatusAsync(order.Id, ("If-None-Match", "\"1\""))).Should(304),
            (await other.GetAsync("orders/nonsense")).Should(404),
            (await other.GetAsync("orders?limit=0")).Should(400),
            (await other.GetAsync("board")).Should(403),
            (await other.GetAsync("events?start=now&wait=1")).Should(200),
            (await other.PostAsync("orders", new JsonObject())).Should(400),
        ];

        Assert.That(answers.Select(Left), Is.Ordered.Descending);
        Assert.That(Left(answers[0]), Is.EqualTo(598));
        Assert.That(Left(answers[1]), Is.EqualTo(597), "rounded down");
        Assert.That(Left(answers[2]), Is.EqualTo(596));
    }

    [Test]
    public async Task Who_is_no_caller_is_told_nothing()
    {
        foreach (var path in new[] { "orders", "/health/ready", "/metrics", "/openapi/v1.json", "/nothing" })
        {
            var answer = await Client(0, null).GetAsync(path);
            Assert.That(answer.Headers.Keys, Has.None.StartsWith("RateLimit"), path);
        }
    }

    [TestCase("seller", "sellerId")]
    [TestCase("operator", "operatorId")]
    public async Task All_keys_of_a_seller_or_an_operator_have_one_limit(string role, string holder)
    {
        var id = ServiceUnderTest.Unique(role);
        var keys = new[] { await IssueAsync(role, holder, id), await IssueAsync(role, holder, id) };

        var first = await Client(0, keys[0]).GetAsync("orders");
        var second = await Client(0, keys[1]).GetAsync("orders");

        Assert.That(Left(second), Is.EqualTo(Left(first) - 1));
    }

    [Test]
    public async Task Each_key_of_a_service_has_a_limit_of_its_own()
    {
        foreach (var key in new[] { await IssueAsync("service", null), await IssueAsync("service", null) })
        {
            var answer = await Client(0, key).GetAsync("orders");
            Assert.That(answer.Header("RateLimit-Policy"), Is.EqualTo("\"service\";q=6000;w=60"));
            Assert.That(answer.Header("RateLimit"), Is.EqualTo("\"service\";r=5999;t=60"));
        }
    }

    [Test]
    public async Task A_batch_costs_one_for_each_ten_ids_and_a_read_of_a_known_version_a_tenth()
    {
        var client = Client(0, await IssueAsync("seller", "sellerId"));
        var order = (await client.SubmitAsync()).Should(201);
        var left = Left(order);

        foreach (var (ids, cost) in new[] { (1, 1), (10, 1), (11, 2), (100, 10) })
        {
            var batch = (await client.PostAsync("order-status-queries", Ids(ids))).Should(200);
            Assert.That(Left(batch), Is.EqualTo(left -= cost), $"{ids} ids");
        }

        for (var i = 0; i < 10; i++)
        {
            (await client.StatusAsync(order.Id, ("If-None-Match", "\"1\""))).Should(304);
        }

        Assert.That(Left((await client.StatusAsync(order.Id)).Should(200)), Is.EqualTo(left - 2));
    }

    [Test]
    public async Task Beyond_the_limit_a_caller_is_told_when_to_come_back_and_others_go_on()
    {
        await using var one = await StartInstanceAsync("--Mes:RateLimits:Seller:Permits=20");
        await using var other = await StartInstanceAsync("--Mes:RateLimits:Seller:Permits=20");
        var (noisy, quiet) = (await IssueAsync("seller", "sellerId"), await IssueAsync("seller", "sellerId"));
        OrdersClient[] clients = [new(() => one, noisy), new(() => other, noisy)];
        for (var i = 0; i < 20; i++)
        {
            var answer = (await clients[i % 2].GetAsync("orders?limit=1")).Should(200);
            Assert.That(Left(answer), Is.EqualTo(19 - i));
        }

        foreach (var client in clients)
        {
            var refused = (await client.GetAsync("orders?limit=1")).ShouldBeProblem(429, "rate-limited");
            Assert.That(refused.Header("RateLimit"), Does.Match("^\"seller\";r=0;t=[0-9]+$"));
            Assert.That(Number(refused.Header("Retry-After")!), Is.InRange(1, 61));
            (await client.PostAsync("order-status-queries", Ids(1))).Should(429);
        }

        (await new OrdersClient(() => one, quiet).GetAsync("orders?limit=1")).Should(200);
        Assert.That((await new OrdersClient(() => one, null).GetAsync("/metrics")).Body,
            Does.Match("(?m)^mes_rate_limited_total\\{[^}]*role=\"seller\"[^}]*\\} 2( |$)"));
    }

    [Test]
    public async Task A_batch_that_is_too_large_for_what_is_left_is_refused_and_costs_nothing()
    {
        await using var host = await StartInstanceAsync("--Mes:RateLimits:Seller:Permits=20");
        var client = new OrdersClient(() => host, await IssueAsync("seller", "sellerId"));
        (await client.PostAsync("order-status-queries", Ids(100))).Should(200);
        (await client.PostAsync("order-status-queries", Ids(20))).Should(200);

        (await client.PostAsync("order-status-queries", Ids(100))).ShouldBeProblem(429, "rate-limited");

        Assert.That(Left((await client.GetAsync("orders?limit=1")).Should(200)), Is.EqualTo(20 - 10 - 2 - 1));
    }

    [Test]
    public async Task Who_waits_as_long_as_Retry_After_says_is_answered_again()
    {
        await using var host = await StartInstanceAsync(
            "--Mes:RateLimits:Seller:Permits=5", "--Mes:RateLimits:Seller:Window=00:00:01");
        var client = new OrdersClient(() => host, await IssueAsync("seller", "sellerId"));
        HttpAnswer refused = null!;
        await Eventually.IsTrue(
            async () => (refused = await client.GetAsync("orders?limit=1")).Status == 429, Limit, "the limit is used up");

        await Task.Delay(TimeSpan.FromSeconds(Number(refused.Header("Retry-After")!)));

        (await client.GetAsync("orders?limit=1")).Should(200);
    }

    [Test]
    public async Task Without_Redis_no_request_fails_or_waits_and_each_instance_grants_the_limit_by_itself()
    {
        await using var redis = await TestRedisServer.StartAsync();
        string[] settings = [.. On, "--Mes:RateLimits:Seller:Permits=50"];
        await using var one = await MesHost.StartAsync(_database.ConnectionString, redis.ConnectionString, settings);
        await using var other = await MesHost.StartAsync(_database.ConnectionString, redis.ConnectionString, settings);
        var key = await IssueAsync("seller", "sellerId");
        OrdersClient[] clients = [new(() => one, key), new(() => other, key)];
        (await clients[0].GetAsync("orders?limit=1")).Should(200);

        await redis.StopAsync();
        foreach (var client in clients)
        {
            var answers = new List<HttpAnswer>();
            for (var i = 0; i < 60; i++)
            {
                answers.Add(await client.GetAsync("orders?limit=1"));
            }

            Assert.That(answers.Select(answer => answer.Status), Is.All.AnyOf(200, 429));
            Assert.That(answers.Count(answer => answer.Status == 200), Is.InRange(49, 50));
            Assert.That(answers.Select(answer => answer.Header("RateLimit")), Is.All.Not.Null);
        }

        await redis.RestartAsync();
        // Both tell what they have granted, and then neither grants more.
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await Eventually.IsTrue(
            async () => (await clients[0].GetAsync("orders?limit=1")).Status == 429
                && (await clients[1].GetAsync("orders?limit=1")).Status == 429
                && await connection.GetServers()[0].KeysAsync(pattern: "mes:{0}:limit:*").AnyAsync(),
            Limit,
            "the limit is shared again");
    }

    [Test]
    public async Task On_a_Redis_Cluster_the_limit_is_shared_too()
    {
        var redis = await HttpSetUp.EmptyClusterAsync();
        string[] settings = [.. On, "--Mes:RateLimits:Seller:Permits=10", "--Mes:Cache:Cells=12"];
        await using var one = await MesHost.StartAsync(_database.ConnectionString, redis, settings);
        await using var other = await MesHost.StartAsync(_database.ConnectionString, redis, settings);
        for (var seller = 0; seller < 5; seller++)
        {
            var key = await IssueAsync("seller", "sellerId");
            OrdersClient[] clients = [new(() => one, key), new(() => other, key)];
            for (var i = 0; i < 10; i++)
            {
                (await clients[i % 2].GetAsync("orders?limit=1")).Should(200);
            }

            (await clients[0].GetAsync("orders?limit=1")).Should(429);
            (await clients[1].GetAsync("orders?limit=1")).Should(429);
        }
    }

    [Test]
    public async Task Too_many_bad_keys_from_an_address_are_answered_429_and_good_ones_go_on()
    {
        await using var one = await StartInstanceAsync("--Mes:Proxies=127.0.0.1, ::1");
        await using var other = await StartInstanceAsync("--Mes:Proxies=127.0.0.0/8,::1");
        var address = $"203.0.113.{Random.Shared.Next(1, 250)}";
        var strangers = new[] { new OrdersClient(() => one, "nonsense"), new OrdersClient(() => other, "nonsense") };
        Task<HttpAnswer> KnockAsync(int instance, string from) =>
            strangers[instance].GetAsync("orders", ("X-Forwarded-For", from));

        for (var i = 0; i < 60; i++)
        {
            (await KnockAsync(i % 2, address)).ShouldBeProblem(401, "unauthenticated");
        }

        await Eventually.IsTrue(async () => (await KnockAsync(0, address)).Status == 429, Limit, "it is limited");
        var refused = (await KnockAsync(0, address)).ShouldBeProblem(429, "rate-limited");
        Assert.That(Number(refused.Header("Retry-After")!), Is.InRange(1, 61));
        Assert.That(refused.Headers.Keys, Has.None.StartsWith("RateLimit"));
        (await new OrdersClient(() => one, MesHost.Alpha).GetAsync("orders", ("X-Forwarded-For", address))).Should(200);
        (await KnockAsync(0, "198.51.100.7")).Should(401);

        // The nearest address that is no proxy is the caller's; what stands before it, anybody may have written.
        (await KnockAsync(0, $"198.51.100.8, {address}, 127.0.0.1")).Should(429);
    }

    [Test]
    public async Task All_IPv6_addresses_of_a_network_are_one()
    {
        await using var host = await StartInstanceAsync("--Mes:Proxies=127.0.0.1");
        var network = $"2001:db8:{Random.Shared.Next(0x10000):x}:1";
        var stranger = new OrdersClient(() => host, "nonsense");
        for (var i = 0; i < 70; i++)
        {
            await stranger.GetAsync("orders", ("X-Forwarded-For", $"{network}::{i:x}"));
        }

        (await stranger.GetAsync("orders", ("X-Forwarded-For", $"{network}:ffff::1"))).Should(429);
        (await stranger.GetAsync("orders", ("X-Forwarded-For", $"{network[..^1]}2::1"))).Should(401);
    }

    [Test]
    public async Task Without_a_known_proxy_nobody_can_claim_another_address()
    {
        await using var host = await StartInstanceAsync("--Mes:Proxies=192.0.2.1");
        var stranger = new OrdersClient(() => host, "nonsense");
        var answers = new List<int>();
        for (var i = 0; i < 70; i++)
        {
            answers.Add((await stranger.GetAsync("orders", ("X-Forwarded-For", $"203.0.113.{i}"))).Status);
        }

        Assert.That(answers[^1], Is.EqualTo(429));
        Assert.That(answers, Is.All.AnyOf(401, 429));
    }

    private Task<MesHost> StartInstanceAsync(params string[] settings) =>
        MesHost.StartAsync(_database.ConnectionString, _redis.ConnectionString, [.. On, .. settings]);

    private OrdersClient Client(int instance, string? key) => new(() => _hosts[instance], key);

    private async Task<string> IssueAsync(string role, string? holder, string? id = null)
    {
        var body = new JsonObject { ["role"] = role };
        if (holder is not null)
        {
            body[holder] = id ?? ServiceUnderTest.Unique(role);
        }

        return (await Client(0, MesHost.Admin).PostAsync("keys", body)).Should(201).Json.GetProperty("key")
            .GetString()!;
    }

    private static JsonObject Ids(int count) => new()
    {
        ["ids"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => JsonValue.Create($"{i}"))]),
    };

    private static int Left(HttpAnswer answer) =>
        Number(Standing().Match(answer.Header("RateLimit") ?? throw new AssertionException("no RateLimit")).Groups[1].Value);

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(";r=([0-9]+);t=[1-9][0-9]*$")]
    private static partial Regex Standing();
}
