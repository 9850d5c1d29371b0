using System.Globalization;
using System.Text.Json;
using Mes.Api.Events;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Role = Mes.Domain.Callers.Role;

namespace Mes.Tests.Http;

/// <summary>The feed of events: complete, in order, for each caller its own, and held while there is nothing.</summary>
public sealed class EventTests(TestEngines engines) : HttpTest(engines)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Test]
    public async Task An_event_has_what_a_follower_needs_and_a_page_where_to_go_on()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        var start = await NowAsync(seller);
        var order = (await seller.SubmitAsync()).Should(201);

        var answer = await UntilEventsAsync(seller, start, 1);
        var item = answer.Json.GetProperty("items")[0];

        Assert.Multiple(() =>
        {
            Assert.That(Names(answer.Json), Is.EqualTo(new[] { "items", "next", "hasMore" }));
            Assert.That(Names(item), Is.EqualTo(new[] { "id", "type", "timestamp", "data" }));
            Assert.That(Names(item.GetProperty("data")),
                Is.EqualTo(new[] { "orderId", "externalId", "sellerId", "version", "from", "to" }));
            Assert.That(item.GetProperty("id").GetGuid(), Is.Not.EqualTo(Guid.Empty));
            Assert.That(item.GetProperty("type").GetString(), Is.EqualTo("order.submitted"));
            Assert.That(item.GetProperty("timestamp").GetString(),
                Is.EqualTo(order.Json.GetProperty("updatedAt").GetString()));
            Assert.That(Text(item, "orderId"), Is.EqualTo(order.Id.ToString()));
            Assert.That(Text(item, "externalId"), Is.EqualTo(order.Json.GetProperty("externalId").GetString()));
            Assert.That(Text(item, "sellerId"), Is.EqualTo(sellerId));
            Assert.That(item.GetProperty("data").GetProperty("version").GetInt32(), Is.EqualTo(1));
            Assert.That(Text(item, "from"), Is.Null);
            Assert.That(Text(item, "to"), Is.EqualTo("SUBMITTED"));
            Assert.That(answer.Header("Cache-Control"), Is.EqualTo("no-store"));
            Assert.That(answer.Header("Link"), Is.Null);
        });
    }

    [Test]
    public async Task Every_change_is_there_once_in_the_order_of_the_versions_whatever_the_limit(
        [Values(1, 3, 500)] int limit)
    {
        var (_, seller) = await Service.NewSellerAsync();
        var order = await Service.OrderInAsync("CLOSED", seller);
        await UntilEventsAsync(seller, null, order.Version);

        // Another instance than the one that had all events may answer, and see them a moment later.
        List<JsonElement> all = [];
        var path = $"events?start=oldest&limit={limit}";
        await Eventually.IsTrue(
            async () =>
            {
                var page = (await seller.GetAsync(path)).Should(200).Json;
                var items = page.GetProperty("items");
                all.AddRange(items.EnumerateArray());
                path = $"events?limit={limit}&cursor={page.GetProperty("next").GetString()}";
                var isMore = page.GetProperty("hasMore").GetBoolean();
                Assert.That(items.GetArrayLength(), Is.InRange(isMore ? limit : 0, limit));
                return !isMore && all.Count >= order.Version;
            },
            Limit,
            "the last page says that there is no more");

        Assert.That(all.Select(Version), Is.EqualTo(Enumerable.Range(1, order.Version)));
        Assert.That(
            all.Select(item => item.GetProperty("type").GetString()),
            Is.EqualTo(Lifecycle.WayTo("CLOSED").Select(step => step.To).Prepend("SUBMITTED")
                .Select(status => $"order.{status.ToLowerInvariant()}")));
        Assert.That(all.Select(item => item.GetProperty("id").GetGuid()), Is.Unique);
        var rest = (await seller.GetAsync(path)).Should(200).Json;
        Assert.That(rest.GetProperty("items").GetArrayLength(), Is.Zero);
        Assert.That(rest.GetProperty("next").GetString(), Is.Not.Empty, "also when there was nothing");
    }

    [Test]
    public async Task A_seller_sees_its_own_events_and_those_who_see_all_see_all()
    {
        var (oneId, one) = await Service.NewSellerAsync();
        var (otherId, other) = await Service.NewSellerAsync();
        var start = await NowAsync(Crm);
        var mine = (await one.SubmitAsync()).Should(201);
        var theirs = (await other.SubmitAsync()).Should(201);
        await UntilEventsAsync(one, null, 1);
        await UntilEventsAsync(other, null, 1);

        foreach (var client in new[] { Crm, Anna })
        {
            var all = await UntilEventsAsync(client, start, 2);
            Assert.That(Items(all).Select(item => Text(item, "sellerId")), Is.SupersetOf(new[] { oneId, otherId }));
        }

        Assert.That(Items(await one.GetAsync("events")).Select(Order), Is.EqualTo(new[] { mine.Id }));
        Assert.That(Items(await other.GetAsync("events")).Select(Order), Is.EqualTo(new[] { theirs.Id }));
        (await Admin.GetAsync("events")).ShouldBeProblem(403, "forbidden");
        (await Nobody.GetAsync("events")).ShouldBeProblem(401, "unauthenticated");
    }

    [Test]
    public async Task Next_moves_past_what_is_not_the_callers()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var before = await NowAsync(seller);
        (await Beta.SubmitAsync()).Should(201);

        string? after = null;
        await Eventually.IsTrue(
            async () => (after = Next(await seller.GetAsync($"events?cursor={before}"))) != before,
            Limit, "the cursor moves although the seller has no event");

        Assert.That(Items(await seller.GetAsync($"events?cursor={after}")), Is.Empty);
    }

    [Test]
    public async Task A_cursor_is_good_for_the_seller_or_for_those_who_see_all_only()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        var secondKey = Service.As((await Service.IssueKeyAsync(Role.Seller, sellerId)).Reveal());
        var own = await NowAsync(seller);
        var ofAll = await NowAsync(Crm);
        var list = (await Alpha.GetAsync("orders?limit=1")).Json.GetProperty("next").GetString();

        (await secondKey.GetAsync($"events?cursor={own}")).Should(200);
        (await Anna.GetAsync($"events?cursor={ofAll}")).Should(200);

        foreach (var (client, cursor) in new[] { (Beta, own), (Crm, own), (seller, ofAll), (Alpha, list!) }
            .Concat(Samples.Forged(own).Select(forged => (seller, forged))))
        {
            var answer = (await client.GetAsync($"events?cursor={cursor}")).ShouldBeProblem(400, "validation-error");
            Assert.That(answer.Json.GetProperty("errors").TryGetProperty("cursor", out _), Is.True);
        }
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=501", "limit")]
    [TestCase("limit=x", "limit")]
    [TestCase("wait=31", "wait")]
    [TestCase("wait=-1", "wait")]
    [TestCase("wait=", "wait")]
    [TestCase("start=yesterday", "start")]
    [TestCase("start=NOW", "start")]
    [TestCase("cursor=", "cursor")]
    [TestCase("cursor=%00", "cursor")]
    [TestCase("wait=1&wait=1", "wait")]
    [TestCase("since=1", "since")]
    public async Task What_is_not_a_valid_question_is_refused_by_name(string query, string name)
    {
        var answer = (await Alpha.GetAsync($"events?{query}")).ShouldBeProblem(400, "validation-error");

        Assert.That(answer.Json.GetProperty("errors").TryGetProperty(name, out _), Is.True, answer.Body);
    }

    [TestCase("oldest")]
    [TestCase("now")]
    public async Task A_cursor_and_a_start_together_are_refused(string start)
    {
        var cursor = await NowAsync(Alpha);

        (await Alpha.GetAsync($"events?cursor={cursor}&start={start}")).ShouldBeProblem(400, "validation-error");
    }

    [Test]
    public async Task A_waiting_call_is_answered_by_a_change_on_any_instance()
    {
        var (_, seller) = await Service.NewSellerAsync();
        for (var instance = 0; instance < Service.Instances.Count; instance++)
        {
            var follower = Service.As(seller.Key, instance);
            var start = await NowAsync(follower);
            var waiting = follower.GetAsync($"events?cursor={start}&wait=30");
            await UntilCallsWaitAsync(1);
            Assert.That(waiting.IsCompleted, Is.False, "there is nothing yet");

            var order = (await Service.As(seller.Key, instance + 1).SubmitAsync()).Should(201);

            var answer = (await waiting.WaitAsync(Limit)).Should(200);
            Assert.That(Items(answer).Select(Order), Is.EqualTo(new[] { order.Id }));
        }
    }

    [Test]
    public async Task A_call_waits_as_long_as_it_was_told_and_no_event_of_another_ends_it()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var start = await NowAsync(seller);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var waiting = seller.GetAsync($"events?cursor={start}&wait=2");
        (await Beta.SubmitAsync()).Should(201);

        var answer = (await waiting).Should(200);

        Assert.That(watch.Elapsed, Is.GreaterThan(TimeSpan.FromSeconds(1.9)));
        Assert.That(Items(answer), Is.Empty);
        Assert.That(answer.Json.GetProperty("hasMore").GetBoolean(), Is.False);
        Assert.That(Next(answer), Is.Not.EqualTo(start), "it has moved past the other seller's event");
    }

    [Test]
    public async Task A_call_that_begins_now_may_wait_too()
    {
        var (_, seller) = await Service.NewSellerAsync();
        (await seller.SubmitAsync()).Should(201);
        await UntilEventsAsync(seller, null, 1);
        var waiting = seller.GetAsync("events?start=now&wait=30");
        await UntilCallsWaitAsync(1);

        var order = (await seller.SubmitAsync()).Should(201);

        Assert.That(Items((await waiting.WaitAsync(Limit)).Should(200)).Select(Order), Is.EqualTo(new[] { order.Id }));
    }

    [Test]
    public async Task A_waiting_call_ends_within_a_second_when_its_key_is_revoked() =>
        await Promptly.Happens(TimeSpan.FromSeconds(1.2), "the waiting call ends", async () =>
        {
            var key = await Service.IssueKeyAsync(Role.Seller, ServiceUnderTest.Unique("seller"));
            var seller = Service.As(key.Reveal());
            var (_, other) = await Service.NewSellerAsync();
            var (start, startOfOther) = (await NowAsync(seller), await NowAsync(other));
            var others = other.GetAsync($"events?cursor={startOfOther}&wait=5");
            var waiting = seller.GetAsync($"events?cursor={start}&wait=30");
            await UntilCallsWaitAsync(2);
            Assert.That(waiting.IsCompleted, Is.False);

            var taken = await Promptly.TimeOf(async () =>
            {
                await Service.RevokeKeyAsync(key.Id);
                (await waiting.WaitAsync(Limit)).ShouldBeProblem(401, "unauthenticated");
            });

            (await others).Should(200);
            return taken;
        });

    [Test]
    public async Task Ten_calls_of_a_seller_may_wait_at_an_instance_and_those_who_wait_take_no_share()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var there = Service.As(seller.Key, 0);
        var start = await NowAsync(there);
        var calls = Enumerable.Range(0, 11).Select(_ => there.GetAsync($"events?cursor={start}&wait=30")).ToList();
        var refused = await Task.WhenAny(calls).WaitAsync(Limit);
        calls.Remove(refused);

        var answer = (await refused).ShouldBeProblem(429, "rate-limited");
        Assert.That(int.Parse(answer.Header("Retry-After")!, CultureInfo.InvariantCulture), Is.GreaterThan(0));
        (await there.GetAsync($"events?cursor={start}")).Should(200);
        (await Service.As(MesHost.Beta, 0).GetAsync("events?start=now&wait=1")).Should(200);
        var lists = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => there.GetAsync("orders?limit=100")));
        Assert.That(lists.Select(list => list.Status), Is.All.EqualTo(200));
        Assert.That(calls.Select(call => call.IsCompleted), Is.All.False);

        (await there.SubmitAsync()).Should(201);
        Assert.That((await Task.WhenAll(calls).WaitAsync(Limit)).Select(call => call.Status), Is.All.EqualTo(200));
    }

    [Test]
    public async Task A_change_by_hand_is_an_event_of_the_status_it_enters_or_order_changed()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var order = (await seller.SubmitAsync()).Should(201);
        await ExecuteAsync($"UPDATE orders SET material = 'PLA' WHERE external_id = '{ExternalId(order)}'");
        await ExecuteAsync($"UPDATE orders SET status = 'REJECTED' WHERE external_id = '{ExternalId(order)}'");

        var items = Items(await UntilEventsAsync(seller, null, 3));

        Assert.That(items.Select(Version), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(
            items.Select(item => $"{item.GetProperty("type")} {Text(item, "from")} {Text(item, "to")}"),
            Is.EqualTo(new[]
            {
                "order.submitted  SUBMITTED", "order.changed SUBMITTED SUBMITTED", "order.rejected SUBMITTED REJECTED",
            }));
    }

    [Test]
    public async Task Whoever_is_told_a_version_is_not_told_an_older_one_by_any_instance()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var cursor = await NowAsync(seller);
        for (var i = 0; i < 5; i++)
        {
            var running = Service.OrderInAsync("SHIPPED", seller);
            for (var told = 0; told < 7;)
            {
                var answer = (await seller.GetAsync($"events?cursor={cursor}&wait=30")).Should(200);
                cursor = Next(answer);
                foreach (var item in Items(answer))
                {
                    told++;
                    foreach (var instance in new[] { 0, 1 })
                    {
                        var read = await Service.As(seller.Key, instance).StatusAsync(Order(item));
                        Assert.That(read.Should(200).Version, Is.GreaterThanOrEqualTo(Version(item)));
                    }
                }
            }

            await running;
        }
    }

    [Test]
    public async Task A_cursor_whose_past_the_database_no_longer_has_has_expired()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var order = (await seller.SubmitAsync()).Should(201);
        var told = Next(await UntilEventsAsync(seller, null, 1));

        // Other events in its place and behind it, as after a restore.
        await ExecuteAsync("UPDATE events SET event_id = '00000000-0000-4000-8000-000000000001' "
            + $"WHERE position >= (SELECT position FROM events WHERE external_id = '{ExternalId(order)}')");

        await Eventually.IsTrue(
            async () => (await seller.GetAsync($"events?cursor={told}")).Status == 410, Limit, "it is noticed");
        for (var i = 0; i < 2 * Service.Instances.Count; i++)
        {
            (await seller.GetAsync($"events?cursor={told}&wait=1")).ShouldBeProblem(410, "cursor-expired");
        }

        var anew = await NowAsync(seller);
        var next = (await seller.SubmitAsync()).Should(201);
        Assert.That(Items(await UntilEventsAsync(seller, anew, 1)).Select(Order), Is.EqualTo(new[] { next.Id }));
    }

    private protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton(TimeProvider.System); // The calls wait for seconds that pass.

    /// <summary>Reads until so many events are behind the cursor; null reads from the oldest.</summary>
    private static async Task<HttpAnswer> UntilEventsAsync(OrdersClient client, string? cursor, int count)
    {
        HttpAnswer answer = null!;
        var path = cursor is null ? "events?limit=500" : $"events?limit=500&cursor={cursor}";
        await Eventually.IsTrue(
            async () => Items(answer = (await client.GetAsync(path)).Should(200)).Length >= count,
            Limit, $"{count} events are told");
        return answer;
    }

    private static async Task<string> NowAsync(OrdersClient client) =>
        Next((await client.GetAsync("events?start=now")).Should(200));

    /// <summary>Waits until so many calls wait for events, at all instances together.</summary>
    private Task UntilCallsWaitAsync(int count) => Eventually.IsTrue(
        () => Service.Instances.Sum(instance => instance.Services.GetRequiredService<WaitingCalls>().Count) == count,
        Limit, $"{count} calls wait");

    private async Task ExecuteAsync(string sql)
    {
        await using var context = await Service.Instances[0].Services
            .GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();
        Assert.That(await context.Database.ExecuteSqlRawAsync(sql), Is.GreaterThan(0), sql);
    }

    private static string Next(HttpAnswer answer) => answer.Json.GetProperty("next").GetString()!;

    private static JsonElement[] Items(HttpAnswer answer) =>
        [.. answer.Should(200).Json.GetProperty("items").EnumerateArray()];

    private static string ExternalId(HttpAnswer order) => order.Json.GetProperty("externalId").GetString()!;

    private static string[] Names(JsonElement item) => [.. item.EnumerateObject().Select(member => member.Name)];

    private static string? Text(JsonElement item, string name) =>
        item.GetProperty("data").GetProperty(name).GetString();

    private static Guid Order(JsonElement item) => item.GetProperty("data").GetProperty("orderId").GetGuid();

    private static int Version(JsonElement item) => item.GetProperty("data").GetProperty("version").GetInt32();
}
