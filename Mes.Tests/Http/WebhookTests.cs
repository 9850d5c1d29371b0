using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Mes.Tests.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>Webhooks, against real receivers: signed, in order, tried again, and told in a log.</summary>
public sealed class WebhookTests(TestEngines engines) : HttpTest(engines)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string[] Members =
        ["id", "url", "types", "description", "status", "statusReason", "createdAt"];

    private OrdersClient _seller = null!;
    private string _sellerId = "";
    private Receiver _receiver = null!;

    [SetUp]
    public async Task StartReceiver()
    {
        (_sellerId, _seller) = await Service.NewSellerAsync();
        _receiver = await Receiver.StartAsync();
    }

    [TearDown]
    public async Task StopReceiver()
    {
        // Nothing is to be tried again while other tests run.
        foreach (var webhook in (await _seller.GetAsync("webhooks")).Json.GetProperty("items").EnumerateArray())
        {
            await _seller.SendAsync("DELETE", $"webhooks/{webhook.GetProperty("id")}");
        }

        await _receiver.DisposeAsync();
    }

    [Test]
    public async Task A_webhook_is_registered_read_listed_changed_and_deleted()
    {
        var made = await RegisterAsync(("types", new JsonArray("order.shipped")), ("description", "shop"));
        var path = $"webhooks/{made.Id}";

        Assert.Multiple(() =>
        {
            Assert.That(Names(made.Json), Is.EqualTo(Members.Append("secret")));
            Assert.That(Text(made, "url"), Is.EqualTo(_receiver.Url));
            Assert.That(made.Json.GetProperty("types").ToString(), Is.EqualTo("[\"order.shipped\"]"));
            Assert.That(Text(made, "description"), Is.EqualTo("shop"));
            Assert.That(made.StatusName, Is.EqualTo("enabled"));
            Assert.That(Text(made, "statusReason"), Is.Null);
            Assert.That(Secret(made), Does.Match("^whsec_[A-Za-z0-9+/]{43}=$"));
            Assert.That(made.Header("Cache-Control"), Is.EqualTo("no-store"));
            Assert.That(
                HttpAnswer.Behind("/api/v1/webhooks", made.Header("Location")!), Is.EqualTo($"/api/v1/{path}"));
        });

        var read = (await _seller.GetAsync(path)).Should(200);
        Assert.That(Names(read.Json), Is.EqualTo(Members), "the secret is shown once");
        Assert.That(read.Header("Cache-Control"), Is.EqualTo("no-store"));
        var list = (await _seller.GetAsync("webhooks")).Should(200).Json.GetProperty("items");
        Assert.That(list.EnumerateArray().Select(item => item.ToString()), Is.EqualTo(new[] { read.Json.ToString() }));

        var changed = await PatchAsync(path, """{"types":["*"],"description":null,"status":"disabled"}""");
        Assert.That(changed.Should(200).Json.GetProperty("types").ToString(), Is.EqualTo("[\"*\"]"));
        Assert.That(Text(changed, "description"), Is.Null);
        Assert.That((changed.StatusName, Text(changed, "statusReason")), Is.EqualTo(("disabled", "seller")));
        var again = await PatchAsync(path, """{"status":"enabled"}""", "application/merge-patch+json");
        Assert.That(again.Should(200).StatusName, Is.EqualTo("enabled"));
        Assert.That(Text(again, "statusReason"), Is.Null);
        Assert.That((await PatchAsync(path, "{}")).Should(200).Body, Is.EqualTo(again.Body));

        (await _seller.SendAsync("DELETE", path)).Should(204);
        (await _seller.GetAsync(path)).ShouldBeProblem(404, "not-found");
        (await _seller.SendAsync("DELETE", path)).ShouldBeProblem(404, "not-found");
    }

    [Test]
    public async Task Events_arrive_signed_as_the_feed_tells_them_in_the_order_of_the_versions()
    {
        var made = await RegisterAsync();
        var order = await Service.OrderInAsync("SHIPPED", _seller);

        var received = await _receiver.UntilAsync(order.Version);

        Assert.That(received.Select(one => one.Version), Is.EqualTo(Enumerable.Range(1, order.Version)));
        var feed = (await _seller.GetAsync("events")).Should(200).Json.GetProperty("items").EnumerateArray();
        Assert.That(received.Select(one => one.Body), Is.EqualTo(feed.Select(item => item.GetRawText())));
        Assert.Multiple(() =>
        {
            foreach (var one in received)
            {
                Assert.That(one.Id, Is.EqualTo(one.Json.GetProperty("id").GetString()));
                Assert.That(one.IsSignedBy(Secret(made)), Is.True);
                Assert.That(one.Signature, Does.Match("^v1,[A-Za-z0-9+/]{43}=$"));
                Assert.That(one.Headers.ContentType.ToString(), Does.StartWith("application/json"));
                Assert.That(one.Headers.ContainsKey("traceparent"), Is.False);
                Assert.That(one.Headers.AcceptEncoding.ToString(), Is.Empty);
            }
        });
        Assert.That(received[0].IsSignedBy("whsec_" + Convert.ToBase64String(new byte[32])), Is.False);
        var log = await LogAsync(made, order.Version);
        Assert.That(log.Select(row => Text(row, "status")), Is.All.EqualTo("delivered"));
        Assert.That(log.Select(row => row.GetProperty("attempt").GetInt32()), Is.All.EqualTo(1));
        Assert.That(log.Select(row => row.GetProperty("responseStatus").GetInt32()), Is.All.EqualTo(200));
        Assert.That(
            log.Select(row => Text(row, "eventId")),
            Is.EqualTo(received.Reverse().Select(one => one.Id)),
            "newest first");
        Assert.That(_receiver.All, Has.Count.EqualTo(order.Version), "each once");
    }

    [Test]
    public async Task Only_the_types_that_are_asked_for_are_sent_and_nothing_from_before()
    {
        (await _seller.SubmitAsync()).Should(201);
        var made = await RegisterAsync(("types", new JsonArray("order.price_calculated", "order.shipped")));

        var order = await Service.OrderInAsync("SHIPPED", _seller);

        var received = await _receiver.UntilAsync(2);
        Assert.That(
            received.Select(one => one.Type), Is.EqualTo(new[] { "order.price_calculated", "order.shipped" }));
        Assert.That(received.Select(one => one.OrderId), Is.All.EqualTo(order.Id));
        Assert.That(await LogAsync(made, 2), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task An_event_that_fails_is_tried_again_and_the_orders_later_events_wait_but_no_other_orders()
    {
        var made = await RegisterAsync();
        var first = (await _seller.SubmitAsync()).Should(201);
        await _receiver.UntilAsync(1);
        var isBroken = true;
        _receiver.Answer = (http, received) =>
        {
            http.Response.StatusCode = isBroken && received.OrderId == first.Id ? 500 : 204;
            return Task.CompletedTask;
        };
        (await Crm.ChangeAsync(first.Id, "price")).Should(200);
        (await Crm.ChangeAsync(first.Id, "approval")).Should(200);
        var second = (await _seller.SubmitAsync()).Should(201);

        await UntilAsync(() => _receiver.All.Any(one => one.OrderId == second.Id), "the other order's event arrives");
        var rows = await LogAsync(made, 4, waiting: 1);
        var failed = rows.Single(row => Text(row, "status") == "failed");
        var at = failed.GetProperty("at").GetDateTimeOffset();
        Assert.Multiple(() =>
        {
            Assert.That(Text(failed, "error"), Is.EqualTo("status"));
            Assert.That(failed.GetProperty("responseStatus").GetInt32(), Is.EqualTo(500));
            Assert.That(failed.GetProperty("attempt").GetInt32(), Is.EqualTo(1));
            Assert.That(failed.GetProperty("durationMs").GetInt32(), Is.GreaterThanOrEqualTo(0));
            Assert.That(
                (failed.GetProperty("nextAttemptAt").GetDateTimeOffset() - at).TotalSeconds, Is.InRange(4.4, 9));
            var waiting = rows.Single(row => Text(row, "status") == "waiting");
            Assert.That(Text(waiting, "type"), Is.EqualTo("order.manufacturing_approved"));
            Assert.That(waiting.GetProperty("attempt").GetInt32(), Is.Zero);
            Assert.That(waiting.GetProperty("responseStatus").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
        Assert.That(_receiver.All.Any(one => one.OrderId == first.Id && one.Version == 3), Is.False);

        isBroken = false;
        await MakeDueAsync(made);
        await UntilAsync(() => Versions(first).LastOrDefault() == 3, "the rest of the first order arrives");
        Assert.That(Versions(first), Is.EqualTo(new[] { 1, 2, 2, 3 }));
        Assert.That((await LogAsync(made, 5)).Count(row => Text(row, "status") == "delivered"), Is.EqualTo(4));
    }

    [Test]
    public async Task After_the_tenth_failure_the_event_has_failed_for_good_and_the_next_goes_and_both_can_be_replayed()
    {
        var made = await RegisterAsync();
        _receiver.AnswerWith(500);
        var order = (await _seller.SubmitAsync()).Should(201);
        for (var attempt = 1; attempt < 10; attempt++)
        {
            await LogAsync(made, attempt);
            await MakeDueAsync(made);
        }

        (await Crm.ChangeAsync(order.Id, "price")).Should(200);
        var rows = await LogAsync(made, 11, waiting: 1);
        var last = rows.Single(row => row.GetProperty("attempt").GetInt32() == 10);
        Assert.That(Text(last, "status"), Is.EqualTo("failed"));
        Assert.That(last.GetProperty("nextAttemptAt").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Versions(order), Is.EqualTo(Enumerable.Repeat(1, 10)));

        // Ten in a row: one at a time, and the next only after five minutes.
        Assert.That(await StateAsync(made, "held_until IS NOT NULL AND failures = 10"), Is.True);
        _receiver.AnswerWith(200);
        await MakeDueAsync(made);
        await UntilAsync(() => Versions(order).Last() == 2, "the next event of the order goes");

        var since = (await _seller.OrderAsync(order.Id)).Json.GetProperty("createdAt").GetString()!;
        var again = await _seller.PostAsync(
            $"webhooks/{made.Id}/deliveries/replay", new JsonObject { ["since"] = since });
        Assert.That(again.Should(202).Json.GetProperty("count").GetInt32(), Is.EqualTo(1));
        await UntilAsync(() => Versions(order).Last() == 1, "the failed event is sent again");
        Assert.That(
            (await _seller.PostAsync(
                $"webhooks/{made.Id}/deliveries/replay", new JsonObject { ["since"] = since })).Should(202).Json
                .GetProperty("count").GetInt32(),
            Is.Zero);
    }

    [Test]
    public async Task A_replay_is_sent_at_once_out_of_turn_under_the_same_id_and_helps_the_order_on()
    {
        var made = await RegisterAsync();
        _receiver.AnswerWith(500);
        var order = (await _seller.SubmitAsync()).Should(201);
        var first = (await LogAsync(made, 1)).Single(row => Text(row, "status") == "failed");
        (await Crm.ChangeAsync(order.Id, "price")).Should(200);
        _receiver.AnswerWith(200);

        var answer = await _seller.PostAsync($"webhooks/{made.Id}/deliveries/{Text(first, "eventId")}/replay");
        Assert.That(answer.Should(202).Json.GetProperty("eventId").GetString(), Is.EqualTo(Text(first, "eventId")));

        await UntilAsync(() => Versions(order).Length == 2, "it is replayed");
        Assert.That(_receiver.All.Select(one => one.Id).Distinct().Count(), Is.EqualTo(1));
        await MakeDueAsync(made);
        await UntilAsync(() => Versions(order).Last() == 2, "the order goes on, without the event that is delivered");
        Assert.That(Versions(order), Is.EqualTo(new[] { 1, 1, 2 }));
        (await _seller.PostAsync($"webhooks/{made.Id}/deliveries/{Guid.Empty}/replay"))
            .ShouldBeProblem(404, "not-found");
    }

    [Test]
    public async Task A_test_event_is_sent_whatever_the_types_and_tests_and_replays_are_ten_a_minute()
    {
        var made = await RegisterAsync(("types", new JsonArray("order.closed")));
        for (var i = 0; i < 10; i++)
        {
            (await _seller.PostAsync($"webhooks/{made.Id}/test")).Should(202);
        }

        var refused = (await _seller.PostAsync($"webhooks/{made.Id}/test")).ShouldBeProblem(429, "rate-limited");

        Assert.That(int.Parse(refused.Header("Retry-After")!, CultureInfo.InvariantCulture), Is.InRange(1, 60));
        var received = await _receiver.UntilAsync(10);
        Assert.That(received.Select(one => one.Type), Is.All.EqualTo("webhook.test"));
        Assert.That(received[0].Json.GetProperty("data").ToString(), Is.EqualTo("{}"));
        Assert.That(received[0].IsSignedBy(Secret(made)), Is.True);
        Assert.That(
            (await LogAsync(made, 10)).Select(row => Text(row, "status")), Is.All.EqualTo("delivered"));
        (await _seller.PostAsync($"webhooks/{made.Id}/deliveries/{received[0].Id}/replay"))
            .ShouldBeProblem(429, "rate-limited");

        await PatchAsync($"webhooks/{made.Id}", """{"status":"disabled"}""");
        (await _seller.PostAsync($"webhooks/{made.Id}/test")).ShouldBeProblem(409, "webhook-not-enabled");
        (await _seller.PostAsync($"webhooks/{made.Id}/deliveries/{received[0].Id}/replay"))
            .ShouldBeProblem(409, "webhook-not-enabled");
        (await _seller.PostAsync(
            $"webhooks/{made.Id}/deliveries/replay", new JsonObject { ["since"] = "2026-01-01T00:00:00Z" }))
            .ShouldBeProblem(409, "webhook-not-enabled");
    }

    [Test]
    public async Task During_the_overlap_of_a_rotation_both_secrets_sign_and_never_more_than_two()
    {
        var made = await RegisterAsync();
        var second = (await _seller.PostAsync($"webhooks/{made.Id}/secret-rotation")).Should(200);
        await TestAsync(made);
        var both = (await _receiver.UntilAsync(1))[0];
        Assert.That(both.Signature, Does.Match("^v1,[^ ]+ v1,[^ ]+$"));
        Assert.That(new[] { made, second }.Select(Secret).Select(both.IsSignedBy), Is.All.True);

        var third = (await _seller.PostAsync($"webhooks/{made.Id}/secret-rotation")).Should(200);
        await TestAsync(made);
        var latest = (await _receiver.UntilAsync(2))[1];
        Assert.That(
            new[] { made, second, third }.Select(Secret).Select(latest.IsSignedBy),
            Is.EqualTo(new[] { false, true, true }));

        var only = (await _seller.PostAsync(
            $"webhooks/{made.Id}/secret-rotation", new JsonObject { ["overlapSeconds"] = 0 })).Should(200);
        await TestAsync(made);
        var last = (await _receiver.UntilAsync(3))[2];
        Assert.That(last.Signature, Does.Match("^v1,[^ ]+$"));
        Assert.That(last.IsSignedBy(Secret(only)), Is.True);
        foreach (var overlap in new[] { -1, 86_401 })
        {
            (await _seller.PostAsync(
                $"webhooks/{made.Id}/secret-rotation", new JsonObject { ["overlapSeconds"] = overlap }))
                .ShouldBeProblem(400, "validation-error");
        }
    }

    [Test]
    public async Task What_waits_is_dropped_when_the_webhook_is_disabled_and_is_not_sent_later()
    {
        var made = await RegisterAsync();
        _receiver.AnswerWith(500);
        var order = (await _seller.SubmitAsync()).Should(201);
        await LogAsync(made, 1);
        (await Crm.ChangeAsync(order.Id, "price")).Should(200);
        await LogAsync(made, 2, waiting: 1);

        await PatchAsync($"webhooks/{made.Id}", """{"status":"disabled"}""");
        (await Crm.ChangeAsync(order.Id, "approval")).Should(200);
        var rows = await LogAsync(made, 3);
        Assert.That(
            rows.Where(row => row.GetProperty("attempt").GetInt32() == 0).Select(row => Text(row, "status")),
            Is.EqualTo(new[] { "dropped", "dropped" }));
        Assert.That(
            rows.Select(row => row.GetProperty("nextAttemptAt").ValueKind), Is.All.EqualTo(JsonValueKind.Null));

        _receiver.AnswerWith(200);
        await PatchAsync($"webhooks/{made.Id}", """{"status":"enabled"}""");
        (await Crm.ChangeAsync(order.Id, "cancellation")).Should(200);
        await UntilAsync(() => _receiver.All.Any(one => one.Version == 4), "what comes after is sent");
        Assert.That(Versions(order), Is.EqualTo(new[] { 1, 4 }));
    }

    [Test]
    public async Task A_receiver_that_is_gone_is_disabled_and_the_seller_is_told_in_its_feed()
    {
        var made = await RegisterAsync();
        _receiver.AnswerWith(410);
        (await _seller.SubmitAsync()).Should(201);

        await UntilAsync(
            async () => (await _seller.GetAsync($"webhooks/{made.Id}")).StatusName == "disabled", "it is disabled");

        Assert.That(Text(await _seller.GetAsync($"webhooks/{made.Id}"), "statusReason"), Is.EqualTo("gone"));
        await AssertNoticeAsync("webhook.disabled", made, "gone");
        Assert.That(
            (await LogAsync(made, 2)).Select(row => Text(row, "status")),
            Is.EquivalentTo(new[] { "failed", "dropped" }));
    }

    [Test]
    public async Task A_receiver_without_a_success_for_five_days_is_paused_and_the_seller_is_told_in_its_feed()
    {
        var made = await RegisterAsync();
        _receiver.AnswerWith(500);
        (await _seller.SubmitAsync()).Should(201);
        await LogAsync(made, 1);
        await ExecuteAsync(
            "UPDATE webhook_states SET failing_milliseconds = 431999999 WHERE webhook_id = {0}", made.Id);

        await MakeDueAsync(made);

        await UntilAsync(
            async () => (await _seller.GetAsync($"webhooks/{made.Id}")).StatusName == "paused", "it is paused");
        Assert.That(Text(await _seller.GetAsync($"webhooks/{made.Id}"), "statusReason"), Is.EqualTo("no-success"));
        await AssertNoticeAsync("webhook.paused", made, "no-success");
        (await _seller.PostAsync($"webhooks/{made.Id}/test")).ShouldBeProblem(409, "webhook-not-enabled");
        var enabled = await PatchAsync($"webhooks/{made.Id}", """{"status":"enabled"}""");
        Assert.That(enabled.Should(200).StatusName, Is.EqualTo("enabled"));
    }

    [Test]
    public async Task Retry_After_holds_the_whole_endpoint_up_to_an_hour()
    {
        var made = await RegisterAsync();
        _receiver.AnswerWith(503, ("Retry-After", "7200"));
        (await _seller.SubmitAsync()).Should(201);
        await LogAsync(made, 1);
        _receiver.AnswerWith(200);
        var second = (await _seller.SubmitAsync()).Should(201);

        var rows = await LogAsync(made, 2, waiting: 1);
        var failed = rows.Single(row => Text(row, "status") == "failed");
        Assert.That(
            (failed.GetProperty("nextAttemptAt").GetDateTimeOffset() - failed.GetProperty("at").GetDateTimeOffset())
                .TotalMinutes,
            Is.InRange(59.9, 60.5));
        Assert.That(Text(rows.Single(row => Text(row, "status") != "failed"), "status"), Is.EqualTo("waiting"));

        // A test goes out all the same; its success ends the hold.
        await TestAsync(made);
        await UntilAsync(() => _receiver.All.Any(one => one.Type != "webhook.test" && one.OrderId == second.Id),
            "the other order's event arrives");
    }

    [Test]
    public async Task After_many_failures_the_first_success_makes_the_rest_due()
    {
        var made = await RegisterAsync();
        _receiver.AnswerWith(500);
        List<HttpAnswer> orders = [];
        for (var i = 0; i < 5; i++)
        {
            orders.Add((await _seller.SubmitAsync()).Should(201));
        }

        await LogAsync(made, 5);
        await ExecuteAsync(
            "UPDATE webhook_states SET failures = 10, held_until = NULL WHERE webhook_id = {0}", made.Id);
        _receiver.AnswerWith(200);
        var before = _receiver.All.Count;

        // A test counts as a success, and so does each event after it: one, then two, then the rest.
        await TestAsync(made);

        await _receiver.UntilAsync(before + 6);
        Assert.That(
            _receiver.All.Skip(before).Where(one => one.Type != "webhook.test").Select(one => one.OrderId),
            Is.EquivalentTo(orders.Select(order => order.Id)));
        await UntilAsync(
            () => StateAsync(made, "failures = 0 AND held_until IS NULL"), "the endpoint has recovered");
    }

    [Test]
    public async Task A_redirection_is_not_followed()
    {
        await using var elsewhere = await Receiver.StartAsync();
        var made = await RegisterAsync();
        _receiver.AnswerWith(307, ("Location", elsewhere.Url));
        (await _seller.SubmitAsync()).Should(201);

        var failed = (await LogAsync(made, 1))[0];

        Assert.That(Text(failed, "error"), Is.EqualTo("status"));
        Assert.That(failed.GetProperty("responseStatus").GetInt32(), Is.EqualTo(307));
        Assert.That(elsewhere.All, Is.Empty);
    }

    [Test]
    public async Task An_endless_answer_is_not_read_and_a_receiver_that_does_not_answer_holds_up_no_other()
    {
        await using var endless = await Receiver.StartAsync();
        endless.Answer = async (http, _) =>
        {
            var junk = new byte[64 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(junk, http.RequestAborted);
            }
        };
        var hanging = await Receiver.StartAsync();
        hanging.Answer = (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted);
        var first = await RegisterAsync(("url", endless.Url));
        var second = await RegisterAsync(("url", hanging.Url));
        var third = await RegisterAsync();

        for (var i = 0; i < 5; i++)
        {
            (await _seller.SubmitAsync()).Should(201);
        }

        await _receiver.UntilAsync(5);
        Assert.That(
            (await LogAsync(first, 5)).Select(row => Text(row, "status")), Is.All.EqualTo("delivered"),
            "the status had arrived");
        await LogAsync(third, 5);
        await hanging.UntilAsync(5);
        await hanging.DisposeAsync();
        await UntilAsync(
            async () => (await LogAsync(second, 5)).All(row => Text(row, "error") is "connect" or "timeout"),
            "the attempts end");
    }

    [Test]
    public async Task Nothing_listens_and_no_such_name_are_told_apart()
    {
        var closed = await Receiver.StartAsync();
        var url = closed.Url;
        await closed.DisposeAsync();
        var connect = await RegisterAsync(("url", url));
        var dns = await RegisterAsync(("url", "http://no-such-host.invalid/"));
        var tls = await RegisterAsync(("url", _receiver.Url.Replace("http:", "https:", StringComparison.Ordinal)));
        (await _seller.SubmitAsync()).Should(201);

        foreach (var (webhook, error) in new[] { (connect, "connect"), (dns, "dns"), (tls, "tls") })
        {
            Assert.That(Text((await LogAsync(webhook, 1))[0], "error"), Is.EqualTo(error));
        }
    }

    [Test]
    public async Task A_new_url_counts_for_what_waits_within_two_seconds_on_every_instance()
    {
        await using var next = await Receiver.StartAsync();
        var made = await RegisterAsync();
        _receiver.AnswerWith(500);
        var order = (await _seller.SubmitAsync()).Should(201);
        await LogAsync(made, 1);

        await PatchAsync($"webhooks/{made.Id}", new JsonObject { ["url"] = next.Url }.ToJsonString());
        await MakeDueAsync(made);

        Assert.That((await next.UntilAsync(1))[0].OrderId, Is.EqualTo(order.Id));
    }

    [Test]
    public async Task Another_sellers_webhook_is_not_there()
    {
        var made = await RegisterAsync();
        (await _seller.SubmitAsync()).Should(201);
        var eventId = (await _receiver.UntilAsync(1))[0].Id;
        var (_, other) = await Service.NewSellerAsync();
        foreach (var (method, path, body) in new (string, string, string?)[]
        {
            ("GET", "", null), ("PATCH", "", "{}"), ("DELETE", "", null), ("POST", "/secret-rotation", null),
            ("POST", "/test", null), ("GET", "/deliveries", null), ("POST", $"/deliveries/{eventId}/replay", null),
            ("POST", "/deliveries/replay", """{"since":"2026-01-01T00:00:00Z"}"""),
        })
        {
            var foreign = await SendAsync(other, method, $"webhooks/{made.Id}{path}", body);
            var unknown = await SendAsync(other, method, $"webhooks/{Guid.Empty}{path}", body);
            foreign.ShouldBeProblem(404, "not-found");
            Assert.That(foreign.Distinguishable(), Is.EqualTo(unknown.Distinguishable()));
            (await SendAsync(other, method, $"webhooks/nonsense{path}", body)).ShouldBeProblem(404, "not-found");
        }

        Assert.That((await other.GetAsync("webhooks")).Json.GetProperty("items").GetArrayLength(), Is.Zero);
        var mine = (await _seller.GetAsync($"webhooks/{made.Id}/deliveries?limit=1")).Should(200);
        Assert.That(mine.Json.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        (await _seller.GetAsync($"webhooks?sellerId={_sellerId}")).Should(200);
        (await other.GetAsync($"webhooks?sellerId={_sellerId}")).ShouldBeProblem(403, "forbidden");
    }

    [Test]
    public async Task An_administrator_lists_and_disables_and_does_nothing_else()
    {
        var made = await RegisterAsync();
        (await Admin.GetAsync("webhooks")).ShouldBeProblem(400, "validation-error");
        var list = (await Admin.GetAsync($"webhooks?sellerId={_sellerId}")).Should(200).Json.GetProperty("items");
        Assert.That(list[0].GetProperty("id").GetGuid(), Is.EqualTo(made.Id));
        Assert.That(Names(list[0]), Is.EqualTo(Members));
        foreach (var body in new[]
        {
            """{"status":"enabled"}""", """{"url":"http://127.0.0.1/"}""", "{}",
            """{"status":"disabled","description":"x"}""",
        })
        {
            (await SendAsync(Admin, "PATCH", $"webhooks/{made.Id}", body)).ShouldBeProblem(403, "forbidden");
        }

        var disabled = await SendAsync(Admin, "PATCH", $"webhooks/{made.Id}", """{"status":"disabled"}""");
        Assert.That(disabled.Should(200).StatusName, Is.EqualTo("disabled"));
        Assert.That(Text(disabled, "statusReason"), Is.EqualTo("admin"));
        await AssertNoticeAsync("webhook.disabled", made, "admin");
        (await Admin.GetAsync($"webhooks/{made.Id}")).ShouldBeProblem(403, "forbidden");
        (await SendAsync(Admin, "PATCH", $"webhooks/{Guid.Empty}", """{"status":"disabled"}"""))
            .ShouldBeProblem(404, "not-found");
    }

    [Test]
    public async Task A_seller_has_ten_webhooks_also_when_it_asks_at_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 14).Select(_ => _seller.PostAsync(
            "webhooks", new JsonObject { ["url"] = _receiver.Url })));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(10));
        foreach (var refused in answers.Where(answer => answer.Status != 201))
        {
            refused.ShouldBeProblem(409, "too-many-webhooks");
        }
    }

    [Test]
    public async Task The_log_comes_in_pages()
    {
        var made = await RegisterAsync();
        var order = await Service.OrderInAsync("SHIPPED", _seller);
        await LogAsync(made, order.Version);

        var pages = await _seller.PagesAsync($"webhooks/{made.Id}/deliveries?limit=3");

        Assert.That(pages.Select(page => page.Length), Is.EqualTo(new[] { 3, 3, 1 }));
        Assert.That(pages.SelectMany(page => page).Select(row => Text(row, "eventId")), Is.Unique);
        var cursor = (await _seller.GetAsync($"webhooks/{made.Id}/deliveries?limit=3")).Json.GetProperty("next");
        var second = await RegisterAsync();
        (await _seller.GetAsync($"webhooks/{second.Id}/deliveries?cursor={cursor}"))
            .ShouldBeProblem(400, "validation-error");
    }

    [TestCase("""{}""", "url")]
    [TestCase("""{"url":null}""", "url")]
    [TestCase("""{"url":"shop.example"}""", "url")]
    [TestCase("""{"url":"ftp://shop.example/"}""", "url")]
    [TestCase("""{"url":"https://me:secret@shop.example/"}""", "url")]
    [TestCase("""{"url":"https://shop.example/#part"}""", "url")]
    [TestCase("""{"url":" https://shop.example/"}""", "url")]
    [TestCase("""{"url":"https://shop.example/","types":[]}""", "types")]
    [TestCase("""{"url":"https://shop.example/","types":["order.lost"]}""", "types")]
    [TestCase("""{"url":"https://shop.example/","types":["*","order.shipped"]}""", "types")]
    [TestCase("""{"url":"https://shop.example/","types":["webhook.test"]}""", "types")]
    [TestCase("""{"url":"https://shop.example/","types":[null]}""", "types")]
    [TestCase("""{"url":"https://shop.example/","types":["order.shipped","order.shipped"]}""", "types")]
    [TestCase("""{"url":"https://shop.example/","secret":"whsec_mine"}""", "secret")]
    [TestCase("""{"url":"https://shop.example/","status":"paused"}""", "status")]
    public async Task What_is_wrong_is_refused_by_name_for_a_new_webhook_and_for_a_change(string body, string name)
    {
        var made = await RegisterAsync();
        var answers = body == "{}" ? new[] { await SendAsync(_seller, "POST", "webhooks", body) } :
        [
            await SendAsync(_seller, "POST", "webhooks", body),
            await SendAsync(_seller, "PATCH", $"webhooks/{made.Id}", body),
        ];

        foreach (var answer in answers)
        {
            answer.ShouldBeProblem(400, "validation-error");
            Assert.That(answer.Json.GetProperty("errors").TryGetProperty($"$.{name}", out _), Is.True, answer.Body);
        }
    }

    [Test]
    public async Task A_url_that_is_too_long_is_refused()
    {
        var url = "https://shop.example/".PadRight(2_048, 'x');
        (await _seller.PostAsync("webhooks", new JsonObject { ["url"] = url })).Should(201);
        (await _seller.PostAsync("webhooks", new JsonObject { ["url"] = url + "x" }))
            .ShouldBeProblem(400, "validation-error");
    }

    private protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton(TimeProvider.System); // Receivers and claims are waited for in real time.

    private Task<HttpAnswer> RegisterAsync(params (string Name, JsonNode Value)[] parts)
    {
        var body = new JsonObject { ["url"] = _receiver.Url };
        foreach (var (name, value) in parts)
        {
            body[name] = value;
        }

        return RegisterAsync(body);
    }

    private async Task<HttpAnswer> RegisterAsync(JsonObject body) =>
        (await _seller.PostAsync("webhooks", body)).Should(201);

    private Task<HttpAnswer> PatchAsync(string path, string body, string type = "application/json") =>
        SendAsync(_seller, "PATCH", path, body, type);

    private static Task<HttpAnswer> SendAsync(
        OrdersClient client, string method, string path, string? body, string type = "application/json") =>
        client.SendAsync(method, path, body is null ? null : new StringContent(body, Encoding.UTF8, type));

    private async Task TestAsync(HttpAnswer webhook) =>
        (await _seller.PostAsync($"webhooks/{webhook.Id}/test")).Should(202);

    /// <summary>Waits until the log has so many rows, and so many of them are of events that wait.</summary>
    private async Task<JsonElement[]> LogAsync(HttpAnswer webhook, int rows, int waiting = 0)
    {
        JsonElement[] log = [];
        await UntilAsync(
            async () =>
            {
                var page = (await _seller.GetAsync($"webhooks/{webhook.Id}/deliveries?limit=100")).Should(200).Json;
                log = [.. page.GetProperty("items").EnumerateArray()];
                return log.Length >= rows && log.Count(row => Text(row, "status") == "waiting") == waiting;
            },
            $"the log has {rows} rows");
        return log;
    }

    /// <summary>Lets the time pass until everything that waits is due.</summary>
    private async Task MakeDueAsync(HttpAnswer webhook)
    {
        await ExecuteAsync("UPDATE webhook_states SET held_until = NULL WHERE webhook_id = {0}", webhook.Id);
        await UntilAsync(
            async () => await ExecuteAsync(
                "UPDATE webhook_lanes SET due_at = {1} WHERE webhook_id = {0} AND claim IS NULL",
                webhook.Id, Engine.ToColumn(DateTimeOffset.UnixEpoch)) > 0,
            "something waits");
    }

    private async Task<bool> StateAsync(HttpAnswer webhook, string condition)
    {
        await using var context = await ContextAsync();
        var sql = $"SELECT COUNT(*) AS \"Value\" FROM webhook_states WHERE webhook_id = {{0}} AND {condition}";
        return (await context.Database.SqlQueryRaw<long>(sql, webhook.Id).ToListAsync()).Single() == 1;
    }

    private async Task<int> ExecuteAsync(string sql, params object[] parameters)
    {
        await using var context = await ContextAsync();
        return await context.Database.ExecuteSqlRawAsync(sql, parameters);
    }

    private IDatabaseEngine Engine => Service.Instances[0].Services.GetRequiredService<IDatabaseEngine>();

    private Task<MesDbContext> ContextAsync() =>
        Service.Instances[0].Services.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();

    private async Task AssertNoticeAsync(string type, HttpAnswer webhook, string reason)
    {
        JsonElement notice = default;
        await UntilAsync(
            async () => (await _seller.GetAsync("events?limit=500")).Should(200).Json.GetProperty("items")
                .EnumerateArray().Any(item => item.GetProperty("type").GetString() == type
                    && (notice = item).ValueKind == JsonValueKind.Object),
            "the feed tells it");
        Assert.That(
            notice.GetProperty("data").ToString(),
            Is.EqualTo($$"""{"webhookId":"{{webhook.Id}}","reason":"{{reason}}"}"""));
        var all = (await Crm.GetAsync("events?limit=500")).Should(200).Json.GetProperty("items").EnumerateArray();
        Assert.That(
            all.Select(item => item.GetProperty("type").GetString()), Has.None.StartsWith("webhook."),
            "it is the seller's alone");
    }

    private int[] Versions(HttpAnswer order) =>
        [.. _receiver.All.Where(one => one.OrderId == order.Id).Select(one => one.Version)];

    private static Task UntilAsync(Func<bool> condition, string because) =>
        Eventually.IsTrue(condition, Limit, because);

    private static Task UntilAsync(Func<Task<bool>> condition, string because) =>
        Eventually.IsTrue(condition, Limit, because);

    private static string Secret(HttpAnswer webhook) => webhook.Json.GetProperty("secret").GetString()!;

    private static string? Text(HttpAnswer answer, string name) => answer.Json.GetProperty(name).GetString();

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    private static string[] Names(JsonElement item) => [.. item.EnumerateObject().Select(member => member.Name)];
}
