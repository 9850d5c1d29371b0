using System.Text.Json;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>Lists of orders: filters, sorts, pages.</summary>
[TestFixture(TestEngines.PostgresAndRedis, Category = "Servers")]
[TestFixture(TestEngines.Cluster, Category = "Servers")]
[TestFixture(TestEngines.Embedded, Category = "Embedded")]
public sealed class ListTests(TestEngines engines) : HttpTest(engines)
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 8, 0, 0, 40, TimeSpan.Zero);

    /// <summary>
    /// Tests set it by small steps only. To an instance, a clock that jumps means that the machine has slept.
    /// </summary>
    private readonly SteeredClock _clock = new() { Now = Start };

    [Test]
    public async Task Paging_through_any_sort_yields_every_order_once_and_in_its_place(
        [Values("-updatedAt", "updatedAt", "-createdAt", "createdAt", null)] string? sort,
            [Values(1, 2, 3, 5, 100)] int limit)
    {
        var (_, seller) = await Service.NewSellerAsync();
        await OrdersWithTiesAsync(seller);
        var all = (await seller.GetAsync("orders?limit=100")).Should(200).Json.GetProperty("items").EnumerateArray()
            .ToArray();
        Assert.That(all, Has.Length.EqualTo(11));

        var pages = await seller.PagesAsync(
            sort is null ? $"orders?limit={limit}" : $"orders?limit={limit}&sort={sort}");

        var time = sort?.TrimStart('-') ?? "updatedAt";
        var expected = all.OrderBy(order => order.GetProperty(time).GetString(), StringComparer.Ordinal)
            .ThenBy(Id, StringComparer.Ordinal).Select(Id);
        Assert.That(pages.SelectMany(page => page).Select(Id),
            Is.EqualTo(sort?[0] is '-' or null ? expected.Reverse() : expected));
        Assert.That(pages.SkipLast(1).Select(page => page.Length), Is.All.EqualTo(limit));
        Assert.That(pages[^1], Has.Length.InRange(1, limit), "no empty page after the last");
    }

    [Test]
    public async Task Many_orders_of_one_millisecond_are_paged_through_completely()
    {
        var (_, seller) = await Service.NewSellerAsync();
        _clock.Now = Start;
        HashSet<string> ids = [];
        for (var i = 0; i < 51; i++)
        {
            ids.Add((await seller.SubmitAsync()).Should(201).Id.ToString());
        }

        foreach (var sort in new[] { "-updatedAt", "updatedAt", "-createdAt", "createdAt" })
        {
            var found = (await seller.PagesAsync($"orders?limit=7&sort={sort}")).SelectMany(page => page).Select(Id)
                .ToArray();
            Assert.That(found, Is.EquivalentTo(ids), sort);
        }

        var first = (await seller.GetAsync("orders")).Should(200);
        Assert.That(first.Json.GetProperty("items").GetArrayLength(), Is.EqualTo(50), "the default limit");
        Assert.That(first.Json.GetProperty("next").GetString(), Is.Not.Null);
    }

    [Test]
    public async Task An_item_of_a_list_is_the_whole_order()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var order = await Service.OrderInAsync("SHIPPED", seller);

        var list = (await seller.GetAsync("orders")).Should(200);

        Assert.That(list.Body, Is.EqualTo($"{{\"items\":[{order.Body}],\"next\":null}}"));
        Assert.That(list.Header("Content-Type"), Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(list.Header("Cache-Control")!.Split(", "), Is.EquivalentTo(new[] { "private", "no-cache" }));
        Assert.That(list.CacheStatus, Does.StartWith("mes; "));
        Assert.That(list.Header("Link"), Is.Null);
    }

    [Test]
    public async Task A_list_without_orders_is_empty()
    {
        var (_, seller) = await Service.NewSellerAsync();
        Assert.That((await seller.GetAsync("orders")).Should(200).Body, Is.EqualTo("{\"items\":[],\"next\":null}"));
    }

    [Test]
    public async Task The_link_to_the_next_page_works_as_it_is_given()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        await OrdersWithTiesAsync(seller);
        var path =
            $"/api/v1/orders?status=SUBMITTED,PRICE_CALCULATED&sort=createdAt&limit=4&sellerId={sellerId}&updatedSince=2026-05-04T10:00:00%2B02:00";
        List<string> found = [];
        var link = path;
        while (link is not null)
        {
            var page = (await Anna.GetAsync(link)).Should(200);
            found.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(Id));
            var header = page.Header("Link");
            Assert.That(header is null, Is.EqualTo(page.Json.GetProperty("next").GetString() is null));
            link = page.Next(link);
        }

        Assert.That(found, Has.Count.EqualTo(11).And.Unique);
    }

    [Test]
    public async Task Orders_are_found_by_their_status()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var ids = new Dictionary<string, string>();
        foreach (var status in Lifecycle.Statuses)
        {
            ids[status] = (await Service.OrderInAsync(status, seller)).Id.ToString();
        }

        foreach (var status in Lifecycle.Statuses)
        {
            Assert.That(await FoundAsync(seller, $"orders?status={status}"), Is.EqualTo(new[] { ids[status] }));
        }

        Assert.That(await FoundAsync(seller, "orders?status=CLOSED,SUBMITTED,CLOSED"),
            Is.EquivalentTo(new[] { ids["CLOSED"], ids["SUBMITTED"] }));
        Assert.That(await FoundAsync(seller, $"orders?status={string.Join(',', Lifecycle.Statuses)}&limit=3"),
            Is.EquivalentTo(ids.Values));
        Assert.That(await FoundAsync(seller, $"orders?status={string.Join("%2C", Lifecycle.Active)}"),
            Is.EquivalentTo(Lifecycle.Active.Select(status => ids[status])));
    }

    [Test]
    public async Task An_order_is_found_by_its_externalId_whatever_is_in_it()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        var (otherId, other) = await Service.NewSellerAsync();
        foreach (var externalId in new[] { "a&b=c", "50%", "ä/é?#+ ;", "日本 😀", "'; --", ServiceUnderTest.Unique("PO") })
        {
            var order = (await seller.SubmitAsync(Samples.Submission(externalId))).Should(201);
            var theirs = (await other.SubmitAsync(Samples.Submission(externalId))).Should(201);
            var query = $"orders?externalId={Uri.EscapeDataString(externalId)}";

            Assert.That(await FoundAsync(seller, query), Is.EqualTo(new[] { order.Id.ToString() }));
            Assert.That(await FoundAsync(Crm, query),
                Is.SupersetOf(new[] { order.Id.ToString(), theirs.Id.ToString() }), "all sellers'");
            Assert.That(
                await FoundAsync(Crm, $"{query}&sellerId={otherId}"), Is.EqualTo(new[] { theirs.Id.ToString() }));
            Assert.That(await FoundAsync(Crm, $"{query}&sellerId={sellerId}&limit=1"),
                Is.EqualTo(new[] { order.Id.ToString() }));
        }

        Assert.That(await FoundAsync(seller, "orders?externalId=A%26B=C"), Is.Empty, "upper and lower case differ");
        Assert.That(await FoundAsync(seller, "orders?externalId=a"), Is.Empty, "the whole value must match");
    }

    [Test]
    public async Task Changes_since_a_time_include_those_at_that_time()
    {
        var (_, seller) = await Service.NewSellerAsync();
        _clock.Now = Start;
        var before = (await seller.SubmitAsync()).Should(201).Id.ToString();
        var changed = (await seller.SubmitAsync()).Should(201);
        _clock.Now = Start.AddMilliseconds(1);
        var at = (await seller.SubmitAsync()).Should(201).Id.ToString();
        _clock.Now = Start.AddMilliseconds(2);
        (await Crm.ChangeAsync(changed.Id, "price")).Should(200);
        var later = changed.Id.ToString();

        Assert.That(await FoundAsync(seller, "orders?updatedSince=2026-05-04T08:00:00.040Z"),
            Is.EqualTo(new[] { later, at, before }));
        Assert.That(
            await FoundAsync(seller, "orders?updatedSince=2026-05-04T08:00:00.041Z"), Is.EqualTo(new[] { later, at }));
        Assert.That(await FoundAsync(seller, "orders?updatedSince=2026-05-04T10:00:00.042%2B02:00"),
            Is.EqualTo(new[] { later }));
        Assert.That(await FoundAsync(seller, "orders?updatedSince=2026-05-04T08:00:00.043Z"), Is.Empty);
        Assert.That(await FoundAsync(seller, "orders?updatedSince=2026-05-04T08:00:00.041Z&sort=createdAt&limit=1"),
            Is.EqualTo(new[] { later, at }));
        Assert.That(await FoundAsync(seller, "orders?updatedSince=2026-05-04T08:00:00.041Z&status=SUBMITTED"),
            Is.EqualTo(new[] { at }));
        Assert.That(await FoundAsync(seller, "orders?updatedSince=0001-01-01T00:00:00Z"), Has.Length.EqualTo(3));
        Assert.That(await FoundAsync(seller, "orders?updatedSince=9999-12-31T23:59:59.999Z"), Is.Empty);
    }

    [Test]
    public async Task A_seller_sees_its_own_orders_and_an_operator_sees_all()
    {
        var (oneId, one) = await Service.NewSellerAsync();
        var (otherId, other) = await Service.NewSellerAsync();
        var ones = (await one.SubmitAsync()).Should(201).Id.ToString();
        var others = (await other.SubmitAsync()).Should(201).Id.ToString();

        Assert.That(await FoundAsync(one, "orders"), Is.EqualTo(new[] { ones }));
        Assert.That(await FoundAsync(other, "orders"), Is.EqualTo(new[] { others }));
        foreach (var client in new[] { Anna, Crm })
        {
            Assert.That(await FoundAsync(client, "orders?limit=100"), Is.SupersetOf(new[] { ones, others }));
            Assert.That(await FoundAsync(client, $"orders?sellerId={oneId}"), Is.EqualTo(new[] { ones }));
            Assert.That(await FoundAsync(client, $"orders?sellerId={otherId.ToUpperInvariant()}"), Is.Empty);
        }
    }

    [Test]
    public async Task A_change_shows_in_every_list_on_every_instance_as_soon_as_it_is_answered()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        var order = (await seller.SubmitAsync()).Should(201);
        foreach (var step in Lifecycle.Tour)
        {
            var from = order.StatusName;
            order = (await Client(step.Roles[0]).ChangeAsync(order.Id, step.Action)).Should(200);
            for (var instance = 0; instance < Service.Instances.Count; instance++)
            {
                var list = (await Service.As(seller.Key, instance).GetAsync("orders")).Should(200);
                Assert.That(list.Body, Is.EqualTo($"{{\"items\":[{order.Body}],\"next\":null}}"));
                var anna = Service.As(MesHost.Anna, instance);
                Assert.That(await FoundAsync(anna, $"orders?sellerId={sellerId}&status={from}"), Is.Empty);
                Assert.That(
                    await FoundAsync(anna, $"orders?sellerId={sellerId}&status={step.To}"), Has.Length.EqualTo(1));
            }
        }
    }

    [Test]
    public async Task A_cursor_is_good_for_its_own_list_only()
    {
        var (_, seller) = await Service.NewSellerAsync();
        var (_, other) = await Service.NewSellerAsync();
        await OrdersWithTiesAsync(seller);
        await OrdersWithTiesAsync(other);
        var cursor =
            (await seller.GetAsync("orders?limit=2&sort=createdAt&status=SUBMITTED,PRICE_CALCULATED")).Json.GetProperty(
                "next").GetString();
        var own = $"orders?sort=createdAt&status=SUBMITTED,PRICE_CALCULATED&cursor={cursor}";

        (await seller.GetAsync(own)).Should(200);
        (await seller.GetAsync($"{own}&limit=1")).Should(200);
        foreach (var (client, path) in new[]
        {
            (other, own),
            (Anna, own),
            (seller, $"orders?cursor={cursor}"),
            (seller, $"orders?sort=createdAt&cursor={cursor}"),
            (seller, $"orders?sort=-createdAt&status=SUBMITTED,PRICE_CALCULATED&cursor={cursor}"),
            (seller, $"orders?sort=updatedAt&status=SUBMITTED,PRICE_CALCULATED&cursor={cursor}"),
            (seller, $"orders?sort=createdAt&status=SUBMITTED&cursor={cursor}"),
            (seller, $"{own}&externalId=x"),
            (seller, $"{own}&updatedSince=2026-01-01T00:00:00Z"),
            (Anna, $"board/SUBMITTED?cursor={cursor}"),
        })
        {
            var answer = (await client.GetAsync(path)).ShouldBeProblem(400, "validation-error");
            Assert.That(answer.Json.GetProperty("errors").TryGetProperty("cursor", out _), Is.True, path);
        }
    }

    [Test]
    public async Task A_cursor_with_any_bit_changed_is_refused()
    {
        var (_, seller) = await Service.NewSellerAsync();
        await OrdersWithTiesAsync(seller);
        var cursor = (await seller.GetAsync("orders?limit=2")).Json.GetProperty("next").GetString()!;

        var forged = Samples.Forged(cursor, bits: 6)
            .Concat(Enumerable.Range(1, cursor.Length - 1).Select(length => cursor[..length]))
            .Concat([cursor
                + "A", "A"
                + cursor, cursor
                + "=", cursor
                + "==", cursor
                + "%20", "%20"
                + cursor, cursor
                + "%0A", cursor
                + "%00", cursor
                + cursor]);

        foreach (var text in forged)
        {
            var answer = await seller.GetAsync($"orders?cursor={text}");
            Assert.That(answer.Status, Is.EqualTo(400), text);
        }

        (await seller.GetAsync($"orders?cursor={cursor}")).Should(200);
    }

    [Test]
    public async Task What_does_not_change_while_paging_is_seen_once_whatever_else_changes()
    {
        var (_, seller) = await Service.NewSellerAsync();
        await OrdersWithTiesAsync(seller);
        _clock.Now = Start.AddMilliseconds(500);
        var still = await FoundAsync(seller, "orders");
        List<string> found = [];
        string? cursor = null;
        do
        {
            var page = (await seller.GetAsync($"orders?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}"))
                .Should(200).Json;
            found.AddRange(page.GetProperty("items").EnumerateArray().Select(Id));
            cursor = page.GetProperty("next").GetString();
            await Service.OrderInAsync("PRICE_CALCULATED", seller);
        }
        while (cursor is not null);

        Assert.That(found, Is.EqualTo(still));
    }

    private protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<TimeProvider>(_clock);

    /// <summary>
    /// Eleven orders. Groups of them were submitted in the same millisecond, and groups were changed later in the same
    /// one.
    /// </summary>
    private async Task OrdersWithTiesAsync(OrdersClient seller)
    {
        List<Guid> ids = [];
        for (var i = 0; i < 11; i++)
        {
            _clock.Now = Start.AddMilliseconds(i / 4);
            ids.Add((await seller.SubmitAsync()).Should(201).Id);
        }

        foreach (var i in new[] { 9, 1, 4, 0 })
        {
            _clock.Now = Start.AddMilliseconds(2 + (i % 2));
            (await Crm.ChangeAsync(ids[i], "price")).Should(200);
        }
    }

    private static async Task<string[]> FoundAsync(OrdersClient client, string path) =>
        [.. (await client.PagesAsync(path)).SelectMany(page => page).Select(Id)];

    private static string Id(JsonElement item) => item.GetProperty("id").GetString()!;
}
