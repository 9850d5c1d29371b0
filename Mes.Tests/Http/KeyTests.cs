using System.Text.Json;
using System.Text.Json.Nodes;
using Mes.Infrastructure.Callers;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>API keys: list, issue, rotate, revoke, expire.</summary>
public sealed class KeyTests(TestEngines engines) : HttpTest(engines)
{
    private static readonly string[] Members =
    [
        "id", "role", "sellerId", "operatorId", "name", "rotatedFrom", "createdAt", "lastUsedAt", "expiresAt",
        "revokedAt",
    ];

    private static readonly string[] DemoIds =
        ["seller-alpha", "seller-beta", "operator-anna", "operator-boris", "service-crm", "admin"];

    [Test]
    public async Task An_issued_key_is_shown_once_and_is_good_at_once()
    {
        var sellerId = ServiceUnderTest.Unique("seller");
        var issued = await Admin.PostAsync("keys", Seller(sellerId, "2099-01-01T01:00:00+01:00"));

        var id = IdOf(issued.Should(201));
        Assert.That(Names(issued.Json), Is.EqualTo([.. Members, "key"]));
        Assert.That(issued.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(issued.Header("ETag"), Is.Null);
        Assert.That(
            HttpAnswer.Behind("/api/v1/keys", issued.Header("Location")!), Is.EqualTo($"/api/v1/keys/{id}"));
        Assert.That(Secret(issued), Does.Match($"^mes_test_{id}_[A-Za-z0-9_-]{{43,}}$"));

        var read = (await Admin.GetAsync($"keys/{id}")).Should(200);
        Assert.That(Names(read.Json), Is.EqualTo(Members));
        Assert.That(read.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(
            Members.Except(["createdAt"]).Select(name => Text(read, name)),
            Is.EqualTo(new[] { id, "seller", sellerId, null, "shop", null, null, "2099-01-01T00:00:00.000Z", null }));

        for (var instance = 0; instance < 2; instance++)
        {
            var order = (await Service.As(Secret(issued), instance).SubmitAsync()).Should(201);
            Assert.That(order.Json.GetProperty("sellerId").GetString(), Is.EqualTo(sellerId));
        }
    }

    [TestCase("operator", "operatorId")]
    [TestCase("service", "name")]
    [TestCase("admin", "name")]
    public async Task Every_role_can_be_issued(string role, string holder)
    {
        var id = ServiceUnderTest.Unique("holder");
        var issued = (await Admin.PostAsync("keys", new JsonObject { ["role"] = role, [holder] = id })).Should(201);

        Assert.That((Text(issued, "role"), Text(issued, holder)), Is.EqualTo((role, id)));
        var path = role == "admin" ? "keys?limit=1" : "board?limit=1";
        (await Service.As(Secret(issued)).GetAsync(path)).Should(200);
    }

    [TestCase("""{}""", "$.role")]
    [TestCase("""{"role":null}""", "$.role")]
    [TestCase("""{"role":"king"}""", "$.role")]
    [TestCase("""{"role":"Seller","sellerId":"a"}""", "$.role")]
    [TestCase("""{"role":0,"sellerId":"a"}""", "$.role")]
    [TestCase("""{"role":"seller"}""", "$.sellerId")]
    [TestCase("""{"role":"seller","sellerId":""}""", "$.sellerId")]
    [TestCase("""{"role":"seller","sellerId":"a b"}""", "$.sellerId")]
    [TestCase("""{"role":"seller","sellerId":"a","operatorId":"b"}""", "$.operatorId")]
    [TestCase("""{"role":"operator"}""", "$.operatorId")]
    [TestCase("""{"role":"operator","operatorId":"b","sellerId":"a"}""", "$.sellerId")]
    [TestCase("""{"role":"service","sellerId":"a"}""", "$.sellerId")]
    [TestCase("""{"role":"admin","operatorId":"a"}""", "$.operatorId")]
    [TestCase("""{"role":"admin","name":""}""", "$.name")]
    [TestCase("""{"role":"admin","name":"a\u0000"}""", "$.name")]
    [TestCase("""{"role":"admin","expiresAt":"2020-01-01T00:00:00Z"}""", "$.expiresAt")]
    [TestCase("""{"role":"admin","expiresAt":"tomorrow"}""", "$.expiresAt")]
    [TestCase("""{"role":"admin","id":"k1"}""", "$.id")]
    [TestCase("""{"role":"admin","key":"mes_live_a_b"}""", "$.key")]
    public async Task A_key_that_cannot_be_is_refused(string body, string error)
    {
        var answer = await Admin.SendAsync("POST", "keys", BadRequest.Json(body)());

        Assert.That(
            answer.ShouldBeProblem(400, "validation-error").Json.GetProperty("errors").EnumerateObject()
                .Select(member => member.Name),
            Does.Contain(error));
    }

    [Test]
    public async Task Keys_are_listed_newest_first_by_role_and_seller_and_a_page_at_a_time()
    {
        var sellerId = ServiceUnderTest.Unique("seller");
        List<string> ids = [];
        for (var i = 0; i < 5; i++)
        {
            ids.Insert(0, IdOf(await IssueAsync(sellerId)));
        }

        var pages = await Admin.PagesAsync($"keys?sellerId={sellerId}&limit=2");
        Assert.That(pages.Select(page => page.Length), Is.EqualTo(new[] { 2, 2, 1 }));
        Assert.That(pages.SelectMany(page => page).Select(IdOf), Is.EqualTo(ids));

        var sellers = (await Admin.PagesAsync("keys?role=seller&limit=100")).SelectMany(page => page).ToList();
        Assert.That(sellers.Select(IdOf), Is.SupersetOf(ids));
        Assert.That(sellers.Select(key => key.GetProperty("role").GetString()).Distinct(), Is.EqualTo(new[] { "seller" }));
        Assert.That(
            (await Admin.GetAsync($"keys?role=operator&sellerId={sellerId}")).Json.GetProperty("items").GetArrayLength(),
            Is.Zero);
        Assert.That((await Admin.GetAsync("keys?limit=1")).Header("Cache-Control"), Is.EqualTo("no-store"));
    }

    [Test]
    public async Task A_seller_sees_its_own_keys_and_no_others()
    {
        var sellerId = ServiceUnderTest.Unique("seller");
        var (first, second) = (await IssueAsync(sellerId), await IssueAsync(sellerId));
        var foreign = IdOf(await IssueAsync(ServiceUnderTest.Unique("seller")));
        var seller = Service.As(Secret(first));

        foreach (var query in new[] { "keys", "keys?role=seller", $"keys?sellerId={sellerId}" })
        {
            Assert.That(
                (await seller.GetAsync(query)).Should(200).Json.GetProperty("items").EnumerateArray().Select(IdOf),
                Is.EqualTo(new[] { IdOf(second), IdOf(first) }));
        }

        (await seller.GetAsync($"keys/{IdOf(second)}")).Should(200);
        (await seller.GetAsync("keys?sellerId=alpha")).ShouldBeProblem(403, "forbidden");
        Assert.That(
            (await seller.GetAsync($"keys/{foreign}")).ShouldBeProblem(404, "not-found").Distinguishable(),
            Is.EqualTo((await seller.GetAsync("keys/k00000000000000f")).Distinguishable()));
        foreach (var (method, path) in new[] { ("POST", $"keys/{foreign}/rotation"), ("DELETE", $"keys/{foreign}") })
        {
            (await seller.SendAsync(method, path)).ShouldBeProblem(404, "not-found");
        }
    }

    [Test]
    public async Task A_cursor_is_good_for_its_caller_and_its_list_only()
    {
        var sellerId = ServiceUnderTest.Unique("seller");
        var (seller, _) = (Service.As(Text(await IssueAsync(sellerId), "key")), await IssueAsync(sellerId));
        var cursor = Text(await Admin.GetAsync($"keys?sellerId={sellerId}&limit=1"), "next");

        (await Admin.GetAsync($"keys?sellerId={sellerId}&cursor={cursor}")).Should(200);
        foreach (var (client, query) in new[]
        {
            (Admin, "keys?"), (Admin, $"keys?role=seller&sellerId={sellerId}&"), (seller, "keys?"),
        })
        {
            (await client.GetAsync($"{query}cursor={cursor}")).ShouldBeProblem(400, "validation-error");
        }
    }

    [Test]
    public async Task Demo_keys_are_not_there()
    {
        var listed = (await Admin.PagesAsync("keys?limit=100")).SelectMany(page => page).Select(IdOf);
        Assert.That(listed.Intersect(DemoIds), Is.Empty);
        foreach (var id in DemoIds)
        {
            (await Admin.GetAsync($"keys/{id}")).ShouldBeProblem(404, "not-found");
            (await Admin.PostAsync($"keys/{id}/rotation")).ShouldBeProblem(404, "not-found");
            (await Admin.SendAsync("DELETE", $"keys/{id}")).ShouldBeProblem(404, "not-found");
        }

        (await Alpha.PostAsync("keys/seller-alpha/rotation")).ShouldBeProblem(404, "not-found");
    }

    [Test]
    public async Task A_rotated_key_and_its_successor_are_both_good_for_the_overlap()
    {
        var old = await IssueAsync(ServiceUnderTest.Unique("seller"), "2099-01-01T00:00:00Z");
        var seller = Service.As(Secret(old));

        var rotated = (await seller.PostAsync($"keys/{IdOf(old)}/rotation")).Should(201);

        Assert.That(rotated.Header("Cache-Control"), Is.EqualTo("no-store"));
        Assert.That(
            HttpAnswer.Behind($"/api/v1/keys/{IdOf(old)}/rotation", rotated.Header("Location")!),
            Is.EqualTo($"/api/v1/keys/{IdOf(rotated)}"));
        Assert.That(Text(rotated, "rotatedFrom"), Is.EqualTo(IdOf(old)));
        foreach (var name in new[] { "role", "sellerId", "operatorId", "name", "expiresAt" })
        {
            Assert.That(Text(rotated, name), Is.EqualTo(Text(old, name)), name);
        }

        var overlap = (await Admin.GetAsync($"keys/{IdOf(old)}")).Json.GetProperty("expiresAt").GetDateTimeOffset()
            - rotated.Json.GetProperty("createdAt").GetDateTimeOffset();
        Assert.That(overlap, Is.EqualTo(TimeSpan.FromDays(1)));
        for (var instance = 0; instance < 2; instance++)
        {
            (await Service.As(Secret(old), instance).GetAsync("orders?limit=1")).Should(200);
            (await Service.As(Secret(rotated), instance).GetAsync("orders?limit=1")).Should(200);
        }
    }

    [Test]
    public async Task Without_an_overlap_the_old_key_is_refused_everywhere_within_a_second() =>
        await Promptly.Happens(TimeSpan.FromSeconds(1), "the rotated key is refused", async () =>
        {
            var old = await IssueAsync(ServiceUnderTest.Unique("seller"));
            await UseOnEveryInstanceAsync(Secret(old));
            (await Admin.PostAsync($"keys/{IdOf(old)}/rotation", new JsonObject { ["overlapSeconds"] = 0 })).Should(201);
            return await TimeUntilRefusedAsync(Secret(old));
        });

    [TestCase("-1")]
    [TestCase("604801")]
    [TestCase("1.5")]
    [TestCase("\"5\"")]
    public async Task An_overlap_beyond_its_bounds_is_refused(string overlap)
    {
        var id = IdOf(await IssueAsync(ServiceUnderTest.Unique("seller")));
        var answer = await Admin.SendAsync(
            "POST", $"keys/{id}/rotation", BadRequest.Json($"{{\"overlapSeconds\":{overlap}}}")());

        Assert.That(
            answer.ShouldBeProblem(400, "validation-error").Json.GetProperty("errors")
                .TryGetProperty("$.overlapSeconds", out _),
            Is.True);
    }

    [Test]
    public async Task A_sellers_key_rotates_only_itself()
    {
        var sellerId = ServiceUnderTest.Unique("seller");
        var (first, second) = (await IssueAsync(sellerId), await IssueAsync(sellerId));

        (await Service.As(Secret(first)).PostAsync($"keys/{IdOf(second)}/rotation"))
            .ShouldBeProblem(403, "forbidden");
        (await Admin.PostAsync($"keys/{IdOf(second)}/rotation")).Should(201);
    }

    [Test]
    public async Task A_successor_that_was_lost_is_replaced_and_one_that_is_in_use_is_not()
    {
        var old = await IssueAsync(ServiceUnderTest.Unique("seller"), "2099-01-01T00:00:00Z");
        var lost = (await Admin.PostAsync($"keys/{IdOf(old)}/rotation")).Should(201);

        var next = (await Admin.PostAsync($"keys/{IdOf(old)}/rotation")).Should(201);

        Assert.That(Text(next, "expiresAt"), Is.EqualTo("2099-01-01T00:00:00.000Z"), "that of the first key");
        Assert.That(Text(await Admin.GetAsync($"keys/{IdOf(lost)}"), "revokedAt"), Is.Not.Null);
        for (var instance = 0; instance < 2; instance++)
        {
            (await Service.As(Secret(lost), instance).GetAsync("orders?limit=1"))
                .ShouldBeProblem(401, "unauthenticated");
        }

        (await Service.As(Secret(next), 1).GetAsync("orders?limit=1")).Should(200);
        (await Service.As(MesHost.Admin, 0).PostAsync($"keys/{IdOf(old)}/rotation"))
            .ShouldBeProblem(409, "already-rotated");
        (await Service.As(Secret(next), 0).GetAsync("orders?limit=1")).Should(200);
    }

    [Test]
    public async Task A_successors_first_use_and_another_rotation_at_once_never_both_succeed()
    {
        for (var round = 0; round < 10; round++)
        {
            var old = await IssueAsync(ServiceUnderTest.Unique("seller"));
            var next = (await Admin.PostAsync($"keys/{IdOf(old)}/rotation")).Should(201);

            var use = Service.As(Secret(next), round).GetAsync("orders?limit=1");
            var rotation = Service.As(MesHost.Admin, round + 1).PostAsync($"keys/{IdOf(old)}/rotation");
            var statuses = ((await use).Status, (await rotation).Status);

            Assert.That(statuses, Is.EqualTo((200, 409)).Or.EqualTo((401, 201)));
        }
    }

    [Test]
    public async Task What_is_not_live_is_not_rotated()
    {
        var revoked = IdOf(await IssueAsync(ServiceUnderTest.Unique("seller")));
        (await Admin.SendAsync("DELETE", $"keys/{revoked}")).Should(204);
        var expired = IdOf(await IssueAsync(ServiceUnderTest.Unique("seller")));
        (await Admin.PostAsync($"keys/{expired}/rotation", new JsonObject { ["overlapSeconds"] = 0 })).Should(201);

        foreach (var id in new[] { revoked, expired })
        {
            (await Admin.PostAsync($"keys/{id}/rotation")).ShouldBeProblem(409, "key-not-live");
        }
    }

    [Test]
    public async Task A_revoked_key_is_refused_everywhere_within_a_second() =>
        await Promptly.Happens(TimeSpan.FromSeconds(1), "the revoked key is refused", async () =>
        {
            var issued = await IssueAsync(ServiceUnderTest.Unique("seller"));
            await UseOnEveryInstanceAsync(Secret(issued));
            var answer = (await Admin.SendAsync("DELETE", $"keys/{IdOf(issued)}")).Should(204);
            Assert.That((answer.Body, answer.Header("Cache-Control")), Is.EqualTo((string.Empty, "no-store")));
            return await TimeUntilRefusedAsync(Secret(issued));
        });

    [Test]
    public async Task Revoking_again_changes_nothing()
    {
        var id = IdOf(await IssueAsync(ServiceUnderTest.Unique("seller")));
        (await Admin.SendAsync("DELETE", $"keys/{id}")).Should(204);
        var revoked = (await Admin.GetAsync($"keys/{id}")).Body;

        (await Admin.SendAsync("DELETE", $"keys/{id}")).Should(204);

        Assert.That((await Admin.GetAsync($"keys/{id}")).Body, Is.EqualTo(revoked));
        (await Admin.SendAsync("DELETE", "keys/k00000000000000f")).ShouldBeProblem(404, "not-found");
    }

    [Test]
    public async Task A_seller_revokes_its_own_keys()
    {
        var sellerId = ServiceUnderTest.Unique("seller");
        var (first, second) = (await IssueAsync(sellerId), await IssueAsync(sellerId));
        var seller = Service.As(Secret(first));

        (await seller.SendAsync("DELETE", $"keys/{IdOf(second)}")).Should(204);
        (await seller.SendAsync("DELETE", $"keys/{IdOf(first)}")).Should(204);

        await TimeUntilRefusedAsync(Secret(first));
    }

    [TestCase("", 1)]
    [TestCase("?successors=false", 1)]
    [TestCase("?successors=true", 3)]
    public async Task What_was_rotated_from_a_key_is_revoked_with_it_on_demand(string query, int revoked)
    {
        var first = await IssueAsync(ServiceUnderTest.Unique("seller"));
        var second = (await Admin.PostAsync($"keys/{IdOf(first)}/rotation")).Should(201);
        var third = (await Admin.PostAsync($"keys/{IdOf(second)}/rotation")).Should(201);

        (await Admin.SendAsync("DELETE", $"keys/{IdOf(first)}{query}")).Should(204);

        List<string?> times = [];
        foreach (var key in new[] { first, second, third })
        {
            times.Add(Text(await Admin.GetAsync($"keys/{IdOf(key)}"), "revokedAt"));
        }

        Assert.That(times.Count(time => time is not null), Is.EqualTo(revoked));
        (await Admin.SendAsync("DELETE", $"keys/{IdOf(first)}?successors=yes"))
            .ShouldBeProblem(400, "validation-error");
    }

    [Test]
    public async Task Some_admin_key_without_expiry_always_stays()
    {
        await RevokeAllAdminsButAsync(keep: 0);
        var last = (await Admin.PostAsync("keys", new JsonObject { ["role"] = "admin" })).Should(201);
        var limited = (await Admin.PostAsync(
            "keys", new JsonObject { ["role"] = "admin", ["expiresAt"] = "2099-01-01T00:00:00Z" })).Should(201);

        (await Admin.SendAsync("DELETE", $"keys/{IdOf(last)}")).ShouldBeProblem(409, "last-admin-key");
        (await Service.As(Secret(last)).SendAsync("DELETE", $"keys/{IdOf(last)}"))
            .ShouldBeProblem(409, "last-admin-key");
        (await Admin.SendAsync("DELETE", $"keys/{IdOf(limited)}")).Should(204);

        var next = (await Admin.PostAsync($"keys/{IdOf(last)}/rotation")).Should(201);
        (await Admin.SendAsync("DELETE", $"keys/{IdOf(last)}?successors=true")).ShouldBeProblem(409, "last-admin-key");
        (await Admin.SendAsync("DELETE", $"keys/{IdOf(last)}")).Should(204);
        (await Admin.SendAsync("DELETE", $"keys/{IdOf(next)}")).ShouldBeProblem(409, "last-admin-key");
    }

    [Test]
    public async Task Of_two_admin_keys_that_are_revoked_at_once_one_stays()
    {
        for (var round = 0; round < 5; round++)
        {
            await RevokeAllAdminsButAsync(keep: 1);
            var ids = (await AdminsAsync()).ToList();
            ids.Add(IdOf(await Admin.PostAsync("keys", new JsonObject { ["role"] = "admin" })));

            var answers = await Task.WhenAll(ids.Select(
                (id, i) => Service.As(MesHost.Admin, i).SendAsync("DELETE", $"keys/{id}")));

            Assert.That(answers.Select(answer => answer.Status), Is.EquivalentTo(new[] { 204, 409 }));
            answers.Single(answer => answer.Status == 409).ShouldBeProblem(409, "last-admin-key");
        }
    }

    [Test]
    public async Task A_seller_has_at_most_twenty_live_keys_also_if_they_are_asked_for_at_once()
    {
        var sellerId = ServiceUnderTest.Unique("seller");

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(
            i => Service.As(MesHost.Admin, i).PostAsync("keys", Seller(sellerId))));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(20));
        foreach (var answer in answers.Where(answer => answer.Status != 201))
        {
            answer.ShouldBeProblem(409, "too-many-keys");
        }

        // A key in its overlap does not count, a new one does.
        var ids = answers.Where(answer => answer.Status == 201).Select(IdOf).ToList();
        (await Admin.PostAsync($"keys/{ids[0]}/rotation")).Should(201);
        (await Admin.PostAsync("keys", Seller(sellerId))).ShouldBeProblem(409, "too-many-keys");
        (await Admin.SendAsync("DELETE", $"keys/{ids[1]}")).Should(204);
        (await Admin.PostAsync("keys", Seller(sellerId))).Should(201);
        (await Admin.PostAsync("keys", Seller(ServiceUnderTest.Unique("seller")))).Should(201);
    }

    [Test]
    public async Task When_a_key_was_last_used_is_told_by_the_minute_and_written_seldom()
    {
        var issued = await IssueAsync(ServiceUnderTest.Unique("seller"));
        var before = TimeProvider.System.GetUtcNow();
        await UseOnEveryInstanceAsync(Secret(issued));
        var revision = await RevisionAsync();

        foreach (var instance in Service.Instances)
        {
            await instance.Services.GetRequiredService<KeyUses>().RecordAsync(CancellationToken.None);
        }

        var used = (await Admin.GetAsync($"keys/{IdOf(issued)}")).Json.GetProperty("lastUsedAt").GetDateTimeOffset();
        Assert.That(used.UtcTicks % TimeSpan.TicksPerMinute, Is.Zero);
        Assert.That(used, Is.InRange(before.AddMinutes(-1), TimeProvider.System.GetUtcNow()));
        Assert.That(await RevisionAsync(), Is.EqualTo(revision), "no instance reads the keys again for this");
        Assert.That(KeyUses.Interval + TimeSpan.FromMinutes(1), Is.LessThan(TimeSpan.FromMinutes(2)));
    }

    [Test]
    public async Task A_rotated_key_submits_under_the_idempotency_keys_of_its_seller()
    {
        var old = await IssueAsync(ServiceUnderTest.Unique("seller"));
        var body = Samples.Submission();
        var order = await Service.As(Secret(old)).PostAsync("orders", body, ("Idempotency-Key", "a"));
        var next = (await Admin.PostAsync($"keys/{IdOf(old)}/rotation")).Should(201);

        var again = await Service.As(Secret(next)).PostAsync("orders", body, ("Idempotency-Key", "a"));

        Assert.That(again.Should(201).Id, Is.EqualTo(order.Should(201).Id));
    }

    private static string IdOf(HttpAnswer answer) => IdOf(answer.Json);

    private static string IdOf(JsonElement key) => key.GetProperty("id").GetString()!;

    private static string? Text(HttpAnswer answer, string name) => answer.Json.GetProperty(name).GetString();

    private static string Secret(HttpAnswer answer) => Text(answer, "key")!;

    private static IEnumerable<string> Names(JsonElement key) => key.EnumerateObject().Select(member => member.Name);

    private static JsonObject Seller(string sellerId, string? expiresAt = null) => new()
    {
        ["role"] = "seller",
        ["sellerId"] = sellerId,
        ["name"] = "shop",
        ["expiresAt"] = expiresAt,
    };

    private async Task<HttpAnswer> IssueAsync(string sellerId, string? expiresAt = null) =>
        (await Admin.PostAsync("keys", Seller(sellerId, expiresAt))).Should(201);

    private async Task UseOnEveryInstanceAsync(string key)
    {
        for (var instance = 0; instance < Service.Instances.Count; instance++)
        {
            (await Service.As(key, instance).GetAsync("orders?limit=1")).Should(200);
        }
    }

    private Task<TimeSpan> TimeUntilRefusedAsync(string key) => Promptly.TimeOf(() => Task.WhenAll(
        Enumerable.Range(0, Service.Instances.Count).Select(instance => Service.As(key, instance)).Select(
            client => Eventually.IsTrue(
                async () => (await client.GetAsync("orders?limit=1")).Status == 401, Hits.Limit, "the key is refused"))));

    /// <summary>The ids of the admin keys without expiry that are not revoked.</summary>
    private async Task<IReadOnlyList<string>> AdminsAsync() =>
    [
        .. (await Admin.PagesAsync("keys?role=admin&limit=100")).SelectMany(page => page)
            .Where(key => key.GetProperty("revokedAt").ValueKind == JsonValueKind.Null
                && key.GetProperty("expiresAt").ValueKind == JsonValueKind.Null)
            .Select(IdOf),
    ];

    /// <summary>The service would keep one, so what must not be there is revoked in the database.</summary>
    private async Task RevokeAllAdminsButAsync(int keep)
    {
        if (keep == 1 && (await AdminsAsync()).Count == 0)
        {
            (await Admin.PostAsync("keys", new JsonObject { ["role"] = "admin" })).Should(201);
        }

        var revoked = (await AdminsAsync()).Skip(keep).ToList();
        await using var context = await Contexts.CreateDbContextAsync();
        foreach (var key in await context.ApiKeys.Where(key => revoked.Contains(key.Id)).ToListAsync())
        {
            key.Revoke(TimeProvider.System.GetUtcNow());
        }

        await context.SaveChangesAsync();
    }

    private async Task<long> RevisionAsync()
    {
        await using var context = await Contexts.CreateDbContextAsync();
        return await context.Revisions.Where(revision => revision.Name == "api-keys").Select(revision => revision.Value)
            .SingleAsync();
    }

    private IDbContextFactory<MesDbContext> Contexts =>
        Service.Instances[0].Services.GetRequiredService<IDbContextFactory<MesDbContext>>();
}
