using System.Net.Sockets;
using System.Text;
using Mes.Domain.Callers;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// The key alone says who is calling. A caller without permission is refused before the service looks anything up.
/// </summary>
public sealed class CallerTests(TestEngines engines) : HttpTest(engines)
{
    private static IEnumerable<TestCaseData> EveryEndpoint =>
        from endpoint in ApiEndpoints.Table
        where endpoint.Roles.Length > 0
        select new TestCaseData(endpoint.Method, endpoint.Path).SetArgDisplayNames(endpoint.Method, endpoint.Path);

    private static IEnumerable<TestCaseData> EveryEndpointAndWrongRole =>
        from endpoint in ApiEndpoints.Table
        from role in new[] { "seller", "operator", "service", "admin" }
        where endpoint.Roles.Length > 0 && !endpoint.Roles.Contains(role)
        select new TestCaseData(endpoint.Method, endpoint.Path, role)
            .SetArgDisplayNames(endpoint.Method, endpoint.Path, role);

    [TestCaseSource(nameof(EveryEndpoint))]
    public async Task Without_a_key_nothing_is_answered(string method, string path)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);

        var answer = await SendAsync(Nobody, method, path, order.Id);

        answer.ShouldBeProblem(401, "unauthenticated");
        Assert.That(answer.Header("WWW-Authenticate"), Does.StartWith("Bearer"));
        Assert.That((await Alpha.OrderAsync(order.Id)).Body, Is.EqualTo(order.Body));
    }

    [TestCaseSource(nameof(EveryEndpointAndWrongRole))]
    public async Task A_role_that_may_not_is_turned_away(string method, string path, string role)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        var count = await Service.CountAsync();

        var answer = await SendAsync(Client(role), method, path, order.Id);

        answer.ShouldBeProblem(403, "forbidden");
        Assert.That((await Alpha.OrderAsync(order.Id)).Body, Is.EqualTo(order.Body));
        Assert.That(await Service.CountAsync(), Is.EqualTo(count));
    }

    [Test]
    public async Task A_role_that_may_not_learns_nothing_of_what_exists_or_what_it_sent()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        var expected = (await Admin.OrderAsync(order.Id)).ShouldBeProblem(403, "forbidden").Distinguishable();

        Assert.That((await Admin.GetAsync("orders/01980000-0000-7000-8000-000000000000")).Distinguishable(),
            Is.EqualTo(expected));
        Assert.That((await Admin.GetAsync("orders/nonsense")).Distinguishable(), Is.EqualTo(expected));
        Assert.That((await Admin.GetAsync("orders?nonsense=1")).Distinguishable(), Is.EqualTo(expected));
        Assert.That(
            (await Admin.SendAsync("POST", "orders", new StringContent("{"))).Distinguishable(), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_key_that_is_not_good_is_refused_whatever_is_wrong_with_it()
    {
        var good = await Service.IssueKeyAsync(Role.Seller, ServiceUnderTest.Unique("seller"));
        var revoked = await Service.IssueKeyAsync(Role.Seller, ServiceUnderTest.Unique("seller"));
        await Service.RevokeKeyAsync(revoked.Id);
        var secret = good.Secret[^1] == 'A' ? good.Secret[..^1] + 'E' : good.Secret[..^1] + 'A';
        string[] headers =
        [
            "Bearer", "Bearer ", "Bearer x", "Bearer mes_live_", "Bearer mes_live__", $"Bearer mes_live_{good.Id}_",
                $"Bearer mes_test_{good.Id}_{secret}",
            $"Bearer mes_test_{good.Id}_{good.Secret}x", $"Bearer mes_test_{good.Id}_{good.Secret[..^1]}",
                $"Bearer mes_test_{revoked.Id}_{good.Secret}",
            $"Bearer {revoked.Reveal()}", $"Bearer mes_test_0123456789abcdef_{good.Secret}",
                $"Bearer MES_TEST_{good.Id}_{good.Secret}", good.Reveal(),
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("alpha:" + good.Reveal()))}",
                $"Basic {good.Reveal()}", $"Token {good.Reveal()}",
            $"Bearer{good.Reveal()}", $"Bearer {good.Reveal()}, Bearer {good.Reveal()}", $"Bearer \"{good.Reveal()}\"",
                $"Bearer {new string('x', 8000)}",
            "Bearer mes_test_seller-alpha_demo2", "Bearer mes_test_seller-alpha", "Bearer mes_live_seller-alpha_demo",
                "Bearer MES_TEST_SELLER-ALPHA_DEMO", "Bearer ' OR 1=1 --",
        ];

        var expected = (await Nobody.GetAsync("orders")).ShouldBeProblem(401, "unauthenticated").Distinguishable();
        foreach (var header in headers)
        {
            var answer = await Nobody.GetAsync("orders", ("Authorization", header));
            Assert.That(answer.Distinguishable(), Is.EqualTo(expected), header);
        }

        (await Nobody.GetAsync("orders", ("Authorization", $"Bearer {good.Reveal()}"))).Should(200);
        (await Nobody.GetAsync("orders", ("Authorization", $"bearer {good.Reveal()}"))).Should(200);
    }

    [Test]
    public async Task A_key_says_whether_it_is_of_a_test_installation()
    {
        var key = await Service.IssueKeyAsync(Role.Seller, ServiceUnderTest.Unique("seller"));
        Assert.That(key.Reveal(), Does.Match(@"^mes_test_[a-z0-9-]+_[A-Za-z0-9_-]{43,}$"), "at least 32 random bytes");
    }

    [Test]
    public async Task Two_Authorization_headers_are_refused_even_if_both_are_good()
    {
        var status = await RawStatusAsync(
            $"GET /api/v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {MesHost.Alpha}\r\nAuthorization: Bearer {MesHost.Alpha}\r\nConnection: close\r\n\r\n");
        Assert.That(status, Is.EqualTo("HTTP/1.1 401 Unauthorized"));
    }

    [TestCase("GET /api/v1/orders?externalId=\xFF HTTP/1.1\r\nHost: x\r\n")]
    [TestCase("GET /api/v1/orders?externalId=a\0b HTTP/1.1\r\nHost: x\r\n")]
    [TestCase("GET /api/v1/orders HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"\0\"\r\n")]
    [TestCase("GET /api/v1/orders HTTP/1.1\r\nHost: x\r\nHost: y\r\n")]
    [TestCase("POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n")]
    [TestCase("POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
        + "chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n")]
    [TestCase("nonsense\r\n")]
    public async Task What_is_not_HTTP_is_a_bad_request(string head, string body = "")
    {
        var status = await RawStatusAsync(
            $"{head}Authorization: Bearer {MesHost.Alpha}\r\nConnection: close\r\n\r\n{body}");
        Assert.That(status, Does.StartWith("HTTP/1.1 400 "));
    }

    [Test]
    public async Task A_revoked_key_is_refused_by_every_instance_within_a_second()
    {
        await Promptly.Happens(TimeSpan.FromSeconds(1), "the revoked key is refused", async () =>
        {
            var key = await Service.IssueKeyAsync(Role.Operator, ServiceUnderTest.Unique("operator"));
            var clients = Enumerable.Range(0, Service.Instances.Count)
                .Select(instance => Service.As(key.Reveal(), instance)).ToArray();
            foreach (var client in clients)
            {
                (await client.GetAsync("board?limit=1")).Should(200);
            }

            await Service.RevokeKeyAsync(key.Id);
            return await Promptly.TimeOf(() => Task.WhenAll(clients.Select(client => Eventually.IsTrue(
                async () => (await client.GetAsync("board?limit=1")).Status == 401, Hits.Limit,
                    "the revoked key is refused"))));
        });
    }

    [Test]
    public async Task A_new_key_is_good_at_once_on_every_instance()
    {
        var key = await Service.IssueKeyAsync(Role.Service, ServiceUnderTest.Unique("pricing"));
        for (var instance = 0; instance < Service.Instances.Count; instance++)
        {
            (await Service.As(key.Reveal(), instance).GetAsync("board?limit=1")).Should(200);
        }
    }

    [Test]
    public async Task Seller_and_actor_come_from_the_key()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        var (operatorId, worker) = await Service.NewOperatorAsync();
        var crm = Service.As((await Service.IssueKeyAsync(Role.Service, "pricing.v2")).Reveal());

        var order = (await seller.SubmitAsync()).Should(201);
        (await crm.ChangeAsync(order.Id, "price")).Should(200);
        (await crm.ChangeAsync(order.Id, "approval")).Should(200);
        var claimed = (await worker.ChangeAsync(order.Id, "claim")).Should(200);

        Assert.That(claimed.Json.GetProperty("sellerId").GetString(), Is.EqualTo(sellerId));
        Assert.That(claimed.Json.GetProperty("operatorId").GetString(), Is.EqualTo(operatorId));
        Assert.That(
            (await seller.HistoryAsync(order.Id)).Select(entry => entry.GetProperty("actor").GetString()),
            Is.EqualTo(
                new[] { $"seller:{sellerId}", "service:pricing.v2", "service:pricing.v2", $"operator:{operatorId}" }));
    }

    private static Task<HttpAnswer> SendAsync(OrdersClient client, string method, string path, Guid id)
    {
        var body = Samples.BodyOf(method, path);
        return client.SendAsync(
            method,
            ApiEndpoint.Fill(path, id.ToString()),
            body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
    }

    /// <summary>Sends raw bytes, one per character, which no client library would do.</summary>
    private async Task<string?> RawStatusAsync(string request)
    {
        var address = Service.Instances[0].Address;
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        await using var stream = connection.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadLineAsync();
    }
}
