using System.Text.Json;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// Reading one order: the contents of the answer, whether it came from the cache, and which callers get it.
/// </summary>
public sealed class ReadTests(TestEngines engines) : HttpTest(engines)
{
    private const string Hit = "mes; hit";
    private const string Filled = "mes; fwd=miss; stored";

    private static readonly Guid Unknown = Guid.Parse("01980000-0000-7000-8000-000000000000");
    private static readonly string[] Reads = ["", "/status"];

    [Test]
    public async Task A_status_is_small_and_exact()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_STARTED");

        var status = (await Alpha.StatusAsync(order.Id)).Should(200);

        Assert.That(status.Body, Is.EqualTo(JsonSerializer.Serialize(new
        {
            id = order.Id,
            status = "MANUFACTURING_STARTED",
            version = 4,
            statusChangedAt = order.Json.GetProperty("statusChangedAt").GetString(),
        })));
    }

    [TestCaseSource(nameof(Reads))]
    public async Task An_order_may_be_kept_but_must_be_asked_for(string read)
    {
        var order = await Service.OrderInAsync("PRICE_CALCULATED");

        var answer = (await Alpha.GetAsync($"orders/{order.Id}{read}")).Should(200);

        Assert.That(answer.Header("ETag"), Is.EqualTo("\"2\""));
        Assert.That(answer.Header("Cache-Control")!.Split(", "), Is.EquivalentTo(new[] { "private", "no-cache" }));
        Assert.That(answer.Header("Content-Type"), Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(answer.Header("Content-Length"), Is.EqualTo(System.Text.Encoding.UTF8.GetByteCount(answer.Body)
            .ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Test]
    public async Task A_caller_that_has_this_version_is_told_so(
        [Values("", "/status")] string read,
        [Values("\"1\"", "W/\"1\"", "*", "\"7\", \"1\"", "\"7\",W/\"1\" , \"x\"")] string ifNoneMatch,
        [Values] bool evicted)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        if (evicted)
        {
            await Service.EvictAsync(order.Id);
        }

        var answer = (await Alpha.GetCachedAsync($"orders/{order.Id}{read}", ("If-None-Match", ifNoneMatch)))
            .Should(304);

        Assert.That(answer.Body, Is.Empty);
        Assert.That(answer.Header("ETag"), Is.EqualTo("\"1\""));
        Assert.That(answer.Header("Cache-Control"), Is.Not.Null);
        Assert.That(answer.CacheStatus, Is.EqualTo(evicted ? Filled : Hit));
    }

    [Test]
    public async Task A_caller_that_has_another_version_gets_the_order(
        [Values("", "/status")] string read,
            [Values("\"2\"", "\"0\", \"3\"", "\"01\"", "1", "abc", "\"1", "")] string ifNoneMatch)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        (await Alpha.GetAsync($"orders/{order.Id}{read}", ("If-None-Match", ifNoneMatch))).Should(200);
    }

    [TestCaseSource(nameof(Reads))]
    public async Task After_a_change_the_old_version_is_told_no_longer(string read)
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        foreach (var step in Lifecycle.Tour)
        {
            var tag = order.Header("ETag")!;
            order = (await Client(step.Roles[0]).ChangeAsync(order.Id, step.Action)).Should(200);
            for (var instance = 0; instance < Service.Instances.Count; instance++)
            {
                var client = Service.As(MesHost.Alpha, instance);
                var answer = (await client.GetAsync($"orders/{order.Id}{read}", ("If-None-Match", tag))).Should(200);
                Assert.That(answer.Version, Is.EqualTo(order.Version));
                Assert.That(answer.StatusName, Is.EqualTo(step.To));
                (await client.GetAsync($"orders/{order.Id}{read}", ("If-None-Match", order.Header("ETag")!)))
                    .Should(304);
            }
        }
    }

    [Test]
    public async Task A_change_is_a_hit_on_every_instance_as_soon_as_it_is_answered()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        foreach (var step in Lifecycle.Tour.Prepend(null))
        {
            if (step is not null)
            {
                order = (await Client(step.Roles[0]).ChangeAsync(order.Id, step.Action)).Should(200);
            }

            for (var instance = 0; instance < Service.Instances.Count; instance++)
            {
                foreach (var key in new[] { MesHost.Alpha, MesHost.Anna, MesHost.Crm })
                {
                    var read = (await Service.As(key, instance).GetHitAsync($"orders/{order.Id}")).Should(200);
                    Assert.That(read.Body, Is.EqualTo(order.Body));
                    var status = (await Service.As(key, instance).GetHitAsync($"orders/{order.Id}/status")).Should(200);
                    Assert.That(status.Version, Is.EqualTo(order.Version));
                }
            }
        }
    }

    [TestCaseSource(nameof(Reads))]
    public async Task What_has_left_the_cache_is_read_and_stored_again(string read)
    {
        var order = await Service.OrderInAsync("PACKAGING");
        var path = $"orders/{order.Id}{read}";
        var before = (await Service.As(MesHost.Alpha, 0).GetAsync(path)).Should(200);
        await Service.EvictAsync(order.Id);

        var missed = (await Service.As(MesHost.Alpha, 0).GetCachedAsync(path)).Should(200);
        var hit = (await Service.As(MesHost.Alpha, 1).GetHitAsync(path)).Should(200);

        Assert.That(missed.CacheStatus, Is.EqualTo(Filled));
        Assert.That(missed.Body, Is.EqualTo(before.Body));
        Assert.That(hit.Body, Is.EqualTo(before.Body));
    }

    [Test]
    public async Task That_there_is_no_such_order_is_never_kept()
    {
        foreach (var read in Reads)
        {
            var answer = (await Alpha.GetAsync($"orders/{Unknown}{read}")).ShouldBeProblem(404, "not-found");
            Assert.That(answer.Header("ETag"), Is.Null);
        }

        Assert.That(await Service.IsCachedAsync(Unknown), Is.False);
    }

    [Test]
    public async Task Another_sellers_order_is_not_there_whether_or_not_it_is_cached(
        [Values("", "/status", "/history")] string read, [Values("GET", "HEAD")] string method, [Values] bool cached)
    {
        foreach (var status in new[] { "SUBMITTED", "MANUFACTURING_STARTED", "CLOSED" })
        {
            var order = await Service.OrderInAsync(status);
            var unknown = (await Beta.SendAsync(method, $"orders/{Unknown}{read}")).Should(404);
            for (var instance = 0; instance < Service.Instances.Count; instance++)
            {
                if (!cached && await Service.IsCachedAsync(order.Id))
                {
                    await Service.EvictAsync(order.Id);
                }

                Assert.That(await Service.IsCachedAsync(order.Id), Is.EqualTo(cached));
                var foreign = await Service.As(MesHost.Beta, instance).SendAsync(
                    method, $"orders/{order.Id}{read}", null, ("If-None-Match", order.Header("ETag")!));

                foreign.Should(404);
                if (method == "GET")
                {
                    foreign.ShouldBeProblem(404, "not-found");
                    Assert.That(foreign.Distinguishable(), Is.EqualTo(unknown.Distinguishable()));
                }

                Assert.That(Names(foreign), Is.EqualTo(Names(unknown)));
                Assert.That(foreign.CacheStatus, Is.Null);
            }
        }

        static IEnumerable<string> Names(HttpAnswer answer) => answer.Headers.Keys.Order();
    }

    [Test]
    public async Task A_read_by_another_seller_neither_shows_nor_spoils_the_order()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        await Service.EvictAsync(order.Id);

        (await Beta.OrderAsync(order.Id)).ShouldBeProblem(404, "not-found");

        Assert.That((await Alpha.OrderAsync(order.Id)).Should(200).Body, Is.EqualTo(order.Body));
        (await Beta.OrderAsync(order.Id)).ShouldBeProblem(404, "not-found");
    }

    [Test]
    public async Task Readers_never_see_an_older_version_than_was_acknowledged_while_orders_move_on()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        var acknowledged = 1;
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(async i =>
        {
            var client = Service.As(MesHost.Alpha, i);
            var seen = 0;
            while (!done.IsCancellationRequested)
            {
                var least = Math.Max(seen, Volatile.Read(ref acknowledged));
                seen = (await client.StatusAsync(order.Id)).Should(200).Version;
                Assert.That(seen, Is.GreaterThanOrEqualTo(least));
            }
        }).ToArray();

        foreach (var step in Lifecycle.WayTo("MANUFACTURING_APPROVED"))
        {
            Volatile.Write(ref acknowledged, (await Crm.ChangeAsync(order.Id, step.Action)).Should(200).Version);
        }

        for (var round = 0; round < 10; round++)
        {
            Volatile.Write(ref acknowledged, (await Anna.ChangeAsync(order.Id, "claim")).Should(200).Version);
            await Service.EvictAsync(order.Id);
            Volatile.Write(ref acknowledged, (await Crm.ChangeAsync(order.Id, "release")).Should(200).Version);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.That(acknowledged, Is.EqualTo(23));
    }
}
