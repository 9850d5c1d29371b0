using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Mes.Domain.Callers;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>Abuse that no other fixture tries; docs/abuse.md has all of it.</summary>
public sealed class AbuseTests(TestEngines engines) : HttpTest(engines)
{
    private const string Unknown = "01980000-0000-7000-8000-000000000000";

    [Test]
    public async Task Another_sellers_order_is_not_there_for_anything_a_seller_may_do()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        var endpoints = ApiEndpoints.Table
            .Where(endpoint => endpoint.Path.Contains("{id}") && endpoint.Roles.Contains("seller")).ToArray();
        Assert.That(endpoints.Select(endpoint => endpoint.Action), Does.Contain("cancellation").And.Contain("history"));

        foreach (var endpoint in endpoints)
        {
            var theirs = await SendAsync(endpoint, order.Id.ToString());
            var none = await SendAsync(endpoint, Unknown);
            Assert.That(theirs.ShouldBeProblem(404, "not-found").Distinguishable(), Is.EqualTo(none.Distinguishable()),
                endpoint.ToString());
        }

        Assert.That((await Alpha.OrderAsync(order.Id)).Should(200).Body, Is.EqualTo(order.Body));
    }

    [Test]
    public async Task A_revoked_key_gets_a_cached_order_no_longer_than_a_second() =>
        await Promptly.Happens(TimeSpan.FromSeconds(1), "the revoked key is refused", async () =>
        {
            var key = await Service.IssueKeyAsync(Role.Seller, ServiceUnderTest.Unique("seller"));
            var clients = Enumerable.Range(0, Service.Instances.Count)
                .Select(instance => Service.As(key.Reveal(), instance)).ToArray();
            var order = (await clients[0].SubmitAsync()).Should(201).Id;
            foreach (var client in clients)
            {
                (await client.GetHitAsync($"orders/{order}/status")).Should(200);
            }

            await Service.RevokeKeyAsync(key.Id);
            return await Promptly.TimeOf(() => Task.WhenAll(clients.Select(client => Eventually.IsTrue(
                async () => (await client.StatusAsync(order)).Status == 401, Hits.Limit, "the key is refused"))));
        });

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_body_of_ten_megabytes_is_refused_and_its_connection_goes_on(bool chunked)
    {
        var count = await Service.CountAsync();
        var body = new byte[10 * 1024 * 1024];
        Array.Fill(body, (byte)' ');

        var answer = await Alpha.SendAsync(
            "POST", "orders", BadRequest.Bytes(body)(), chunked ? [("Transfer-Encoding", "chunked")] : []);

        answer.ShouldBeProblem(413, "payload-too-large");
        Assert.That(await Service.CountAsync(), Is.EqualTo(count));
        (await Alpha.SubmitAsync()).Should(201);
    }

    [Test]
    public async Task A_gzip_bomb_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 64; i++)
            {
                await gzip.WriteAsync(zeros);
            }
        }

        Assert.That(packed.Length, Is.LessThan(256 * 1024), "within what a body may have");
        var content = BadRequest.Bytes(packed.ToArray())();
        content.Headers.Add("Content-Encoding", "gzip");

        (await Alpha.SendAsync("POST", "orders", content)).ShouldBeProblem(415, "unsupported-media-type");
    }

    private Task<HttpAnswer> SendAsync(ApiEndpoint endpoint, string id)
    {
        JsonNode? body = endpoint.IsChange ? Samples.BodyOf(endpoint.Action) : null;
        return Beta.SendAsync(
            endpoint.Method,
            endpoint.At(id),
            body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));
    }
}
