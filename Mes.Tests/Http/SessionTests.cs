using System.Text.Json;
using System.Text.Json.Nodes;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Role = Mes.Domain.Callers.Role;

namespace Mes.Tests.Http;

/// <summary>Sessions of browsers: worth their key, from this service's own pages only, and ended everywhere.</summary>
public sealed class SessionTests(TestEngines engines) : HttpTest(engines)
{
    private const string Name = "mes-session";

    private static readonly (string Name, string Value) SameOrigin = ("Sec-Fetch-Site", "same-origin");

    private static IEnumerable<(string Name, string Value)[]> Foreign =>
    [
        [],
        [("Sec-Fetch-Site", "cross-site")],
        [("Sec-Fetch-Site", "same-site")],
        [("Sec-Fetch-Site", "none")],
        [("Sec-Fetch-Site", "cross-site"), ("Origin", "http://{host}")],
        [("Origin", "http://evil.example")],
        [("Origin", "http://{host}.evil.example")],
        [("Origin", "http://127.0.0.1:1")],
        [("Origin", "null")],
        [("Origin", "")],
    ];

    [Test]
    public async Task Signing_in_gives_a_cookie_that_is_worth_the_key()
    {
        var answer = (await SignInAsync(MesHost.Anna)).Should(204);

        var cookie = answer.Header("Set-Cookie")!;
        Assert.That(
            cookie, Does.Match($"^{Name}=[A-Za-z0-9_-]{{43}}; max-age=43200; path=/; samesite=strict; httponly$"));
        Assert.That(answer.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(answer.Body, Is.Empty);
        var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");
        var sent = CookieOf(answer);
        (await Nobody.GetAsync("board?limit=1", sent)).Should(200);
        var claimed = await ChangeAsync(order.Id, "claim", sent, SameOrigin);
        Assert.That(claimed.Should(200).Json.GetProperty("operatorId").GetString(), Is.EqualTo("anna"));
    }

    [Test]
    public async Task A_session_says_who_is_signed_in_until_when_and_when_orders_age()
    {
        var anna = (await Nobody.GetAsync("session", await SessionAsync(MesHost.Anna))).Should(200);
        var crm = (await Nobody.GetAsync("session", await SessionAsync(MesHost.Crm))).Should(200);

        Assert.Multiple(() =>
        {
            Assert.That(anna.Json.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(new[] { "role", "operatorId", "display", "expiresAt", "ageing" }));
            Assert.That(anna.Json.GetProperty("role").GetString(), Is.EqualTo("operator"));
            Assert.That(anna.Json.GetProperty("operatorId").GetString(), Is.EqualTo("anna"));
            Assert.That(Rest(anna), Is.EqualTo(TimeSpan.FromHours(12)).Within(TimeSpan.FromMinutes(2)));
            Assert.That(anna.Json.GetProperty("ageing").EnumerateObject().Select(member => member.Name),
                Is.EqualTo(Lifecycle.Active));
            Assert.That(
                anna.Json.GetProperty("ageing").GetProperty("PACKAGING").GetRawText(),
                Is.EqualTo("{\"warnAfter\":3600,\"lateAfter\":14400}"));
            Assert.That(anna.Header("Cache-Control"), Is.EqualTo("no-store"));
            Assert.That(crm.Json.GetProperty("role").GetString(), Is.EqualTo("service"));
            Assert.That(crm.Json.GetProperty("operatorId").ValueKind, Is.EqualTo(JsonValueKind.Null));
        });
    }

    [Test]
    public async Task Only_operators_and_services_with_a_good_key_sign_in()
    {
        foreach (var key in new[] { MesHost.Alpha, MesHost.Admin })
        {
            (await SignInAsync(key)).ShouldBeProblem(403, "forbidden");
        }

        foreach (var key in new[] { "", "x", MesHost.Anna + "2", "mes_test_0123456789abcdef_secret" })
        {
            (await SignInAsync(key)).ShouldBeProblem(401, "unauthenticated");
        }

        string[] wrong =
            ["{}", "{\"key\":null}", "{\"key\":1}", "{\"key\":\"x\",\"role\":\"admin\"}", "[]", "x"];
        foreach (var body in wrong)
        {
            var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            (await Nobody.SendAsync("POST", "session", content)).ShouldBeProblem(400, "validation-error");
        }
    }

    [TestCaseSource(nameof(Foreign))]
    public async Task A_change_with_the_cookie_comes_from_a_page_of_this_service((string Name, string Value)[] from)
    {
        var session = await SessionAsync(MesHost.Anna);
        var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");

        (await ChangeAsync(order.Id, "claim", [session, .. Here(from)])).ShouldBeProblem(403, "forbidden");
        (await At(0).SendAsync("DELETE", "session", null, [session, .. Here(from)])).ShouldBeProblem(403, "forbidden");

        Assert.That((await Crm.OrderAsync(order.Id)).Version, Is.EqualTo(order.Version));
        (await Nobody.GetAsync("board?limit=1", session)).Should(200);
        (await Nobody.GetAsync("board?limit=1", [session, .. Here(from)])).Should(200);
        if (from.Length > 0)
        {
            (await SignInAsync(MesHost.Anna, from: Here(from))).ShouldBeProblem(403, "forbidden");
        }

        (await ChangeAsync(order.Id, "claim", session, ("Origin", Here("http://{host}")))).Should(200);
    }

    [Test]
    public async Task A_key_beside_the_cookie_counts_first()
    {
        var session = await SessionAsync(MesHost.Anna);
        var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");

        (await At(0).GetAsync("board", session, ("Authorization", "Bearer x"))).ShouldBeProblem(401, "unauthenticated");
        (await At(0).SendAsync("DELETE", "session", null, session, ("Authorization", "Bearer x")))
            .ShouldBeProblem(401, "unauthenticated");
        var claimed = await ChangeAsync(order.Id, "claim", session, ("Authorization", $"Bearer {MesHost.Boris}"));

        Assert.That(claimed.Should(200).Json.GetProperty("operatorId").GetString(), Is.EqualTo("boris"));
        (await Alpha.GetAsync("board", session)).ShouldBeProblem(403, "forbidden");
        (await Boris.SendAsync("DELETE", "session", null, session)).Should(204);
        (await Nobody.GetAsync("board?limit=1", session)).Should(200);
    }

    [Test]
    public async Task Signing_out_ends_it_on_every_instance_within_a_second() =>
        await Promptly.Happens(TimeSpan.FromSeconds(1), "the session is worth nothing", async () =>
        {
            var session = await SessionAsync(MesHost.Anna);
            foreach (var instance in Instances)
            {
                (await instance.GetAsync("board?limit=1", session)).Should(200);
            }

            var gone = (await At(0).SendAsync("DELETE", "session", null, session, SameOrigin)).Should(204);
            Assert.That(gone.Header("Set-Cookie"), Does.Match($"^{Name}=; max-age=0; path=/"));
            return await Promptly.TimeOf(() => EndsEverywhereAsync(session));
        });

    [Test]
    public async Task Signing_out_without_a_session_changes_nothing()
    {
        (await Nobody.SendAsync("DELETE", "session")).Should(204);
        (await Nobody.SendAsync("DELETE", "session", null, (Cookie, $"{Name}=x"), SameOrigin)).Should(204);
        (await Nobody.GetAsync("session")).ShouldBeProblem(401, "unauthenticated");
        (await Nobody.GetAsync("session", (Cookie, $"{Name}=x"))).ShouldBeProblem(401, "unauthenticated");
        (await Nobody.GetAsync("session", (Cookie, $"{Name}={new string('A', 43)}")))
            .ShouldBeProblem(401, "unauthenticated");
        (await Nobody.GetAsync("session", (Cookie, $"__Host-{Name}={new string('A', 43)}")))
            .ShouldBeProblem(401, "unauthenticated");
    }

    [Test]
    public async Task A_session_ends_when_its_key_is_revoked()
    {
        var key = await Service.IssueKeyAsync(Role.Operator, ServiceUnderTest.Unique("operator"));
        var session = await SessionAsync(key.Reveal());
        (await Nobody.GetAsync("board?limit=1", session)).Should(200);

        await Service.RevokeKeyAsync(key.Id);

        await EndsEverywhereAsync(session);
    }

    [Test]
    public async Task A_key_has_twenty_sessions_and_the_oldest_goes()
    {
        var key = (await Service.IssueKeyAsync(Role.Operator, ServiceUnderTest.Unique("operator"))).Reveal();
        var display = CookieOf((await SignInAsync(key, display: true)).Should(204));
        List<(string Name, string Value)> sessions = [];
        for (var i = 0; i < 21; i++)
        {
            sessions.Add(await SessionAsync(key));
        }

        await EndsEverywhereAsync(sessions[0]);
        foreach (var session in sessions[1..].Append(display))
        {
            (await Nobody.GetAsync("session", session)).Should(200);
        }
    }

    [Test]
    public async Task A_display_stays_signed_in_and_may_read_only()
    {
        var answer = (await SignInAsync(MesHost.Anna, display: true)).Should(204);
        var display = CookieOf(answer);
        var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");

        var session = (await Nobody.GetAsync("session", display)).Should(200);
        Assert.That(session.Json.GetProperty("display").GetBoolean(), Is.True);
        Assert.That(Rest(session), Is.EqualTo(TimeSpan.FromDays(365)).Within(TimeSpan.FromMinutes(5)));
        Assert.That(answer.Header("Set-Cookie"), Does.Contain("max-age=31536000;"));
        (await Nobody.GetAsync("board?limit=1", display)).Should(200);
        (await ChangeAsync(order.Id, "claim", display, SameOrigin)).ShouldBeProblem(403, "forbidden");
        (await Nobody.SendAsync("DELETE", "session", null, display, SameOrigin)).Should(204);
        await EndsEverywhereAsync(display);
    }

    [Test]
    public async Task A_stream_ends_within_two_seconds_when_its_session_does() =>
        await Promptly.Happens(TimeSpan.FromSeconds(2), "the stream ends", async () =>
        {
            var session = await SessionAsync(MesHost.Anna);
            await using var stream = await BoardStreamClient.OpenAsync(
                Service.Instances[^1], null, headers: headers => headers.Add(session.Name, session.Value));
            Assert.That((int)stream.Response.StatusCode, Is.EqualTo(200));

            return await Promptly.TimeOf(async () =>
            {
                (await At(0).SendAsync("DELETE", "session", null, session, SameOrigin)).Should(204);
                await stream.UntilEndAsync();
            });
        });

    [Test]
    public async Task Only_hashes_are_stored()
    {
        var session = await SessionAsync(MesHost.Anna);
        var token = session.Value.Split('=')[1];

        await using var context = await Service.Instances[0].Services
            .GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();
        var stored = await context.Sessions.ToListAsync();

        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token));
        Assert.That(stored.Count(one => one.TokenHash.SequenceEqual(hash)), Is.EqualTo(1));
    }

    /// <summary>How long things take is tested here, so time passes as usual.</summary>
    private protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton(TimeProvider.System);

    private const string Cookie = "Cookie";

    private IEnumerable<OrdersClient> Instances =>
        Enumerable.Range(0, Service.Instances.Count).Select(instance => Service.As(null, instance));

    private OrdersClient At(int instance) => Service.As(null, instance);

    private Task<HttpAnswer> SignInAsync(
        string key, bool? display = null, params (string Name, string Value)[] from)
    {
        var body = new JsonObject { ["key"] = key };
        if (display is not null)
        {
            body["display"] = display;
        }

        return At(0).PostAsync("session", body, from);
    }

    private async Task<(string Name, string Value)> SessionAsync(string key) =>
        CookieOf((await SignInAsync(key)).Should(204));

    private Task<HttpAnswer> ChangeAsync(Guid orderId, string action, params (string Name, string Value)[] headers) =>
        At(0).PostAsync($"orders/{orderId}/{action}", Samples.BodyOf(action), headers);

    private async Task EndsEverywhereAsync((string Name, string Value) session)
    {
        foreach (var instance in Instances)
        {
            await Eventually.IsTrue(
                async () => (await instance.GetAsync("board?limit=1", session)).Status == 401,
                BoardStreamClient.Limit,
                "the session is worth nothing");
        }
    }

    private static (string Name, string Value) CookieOf(HttpAnswer answer) =>
        (Cookie, answer.Header("Set-Cookie")!.Split(';')[0]);

    private static TimeSpan Rest(HttpAnswer session) =>
        session.Json.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow();

    private (string Name, string Value)[] Here((string Name, string Value)[] from) =>
        [.. from.Select(header => (header.Name, Here(header.Value)))];

    private string Here(string text) =>
        text.Replace("{host}", Service.Instances[0].Address.Authority, StringComparison.Ordinal);
}
