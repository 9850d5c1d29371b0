using System.Net;
using System.Text.Json.Nodes;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Caching.BugClasses;

/// <summary>The service decides whose order it is before it answers anything from the cache.</summary>
internal sealed class TenantTests : BugClassTests
{
    [Test]
    public async Task Class_20_tenant_leak(
        [Values("", "/status")] string resource, [Values] bool cached, [Values("", "\"1\"", "*")] string ifNoneMatch)
    {
        var id = await SubmittedAsync(cached);
        if (cached)
        {
            Assert.That((await AskAsync(B, id, MesHost.Alpha, resource, "")).StatusCode, Is.EqualTo(HttpStatusCode.OK),
                "the order's own seller fills the cache");
        }

        var foreign = await AskAsync(B, id, MesHost.Beta, resource, ifNoneMatch);
        var never = await AskAsync(B, Commands.NewOrderId(), MesHost.Beta, resource, ifNoneMatch);

        Assert.That(foreign.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await WholeAsync(foreign), Is.EqualTo(await WholeAsync(never)));
    }

    [Test]
    public async Task Class_20_where_the_entry_does_not_say_whose_it_is_the_order_is_told()
    {
        await using var planted = await World.StartInstanceAsync(new InstanceSettings
        {
            Services = services => services.Decorate<IOrderCache>((inner, _) => new CacheOfEverybodysOrders(inner)),
        });
        var id = await SubmittedAsync();

        Assert.That((await AskAsync(planted, id, MesHost.Beta, "", "")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private static Task<HttpResponseMessage> AskAsync(
        Instance instance, Guid id, string key, string resource, string ifNoneMatch) =>
        instance.Host.SendAsync(HttpMethod.Get, $"/api/v1/orders/{id:D}{resource}", key, headers: headers =>
        {
            if (ifNoneMatch.Length > 0)
            {
                headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
            }
        });

    /// <summary>Status, headers and body, except for what differs between any two answers.</summary>
    private static async Task<string> WholeAsync(HttpResponseMessage answer)
    {
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        Assert.That(body.Remove("instance") && body.Remove("traceId"), Is.True);
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.Ordinal);
        return $"{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{body.ToJsonString()}";
    }

    /// <summary>A cache that has forgotten the seller of an order: every caller passes for its owner.</summary>
    private sealed class CacheOfEverybodysOrders(IOrderCache inner) : IOrderCache
    {
        public async ValueTask<CacheRead<OrderSnapshot>> GetAsync(Guid orderId) =>
            (await inner.GetAsync(orderId)).Hit is { } hit
                ? CacheRead<OrderSnapshot>.Found(hit with { SellerId = "beta" })
                : CacheRead<OrderSnapshot>.Miss;

        public ValueTask<LeaseToken?> BeginAsync(Guid orderId, LeaseHolder holder) => inner.BeginAsync(orderId, holder);

        public ValueTask<PutResult> PutAsync(
            OrderSnapshot order, LeaseToken? token, IReadOnlyCollection<string> tags) =>
            inner.PutAsync(order, token, tags);

        public ValueTask<bool> DropAsync(Guid orderId, IReadOnlyCollection<string> tags) =>
            inner.DropAsync(orderId, tags);
    }
}
