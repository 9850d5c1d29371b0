using System.Text.Json;
using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>The board: the active orders by status, its counts and its cards.</summary>
[TestFixture(TestEngines.PostgresAndRedis, Category = "Servers")]
[TestFixture(TestEngines.Cluster, Category = "Servers")]
[TestFixture(TestEngines.Embedded, Category = "Embedded")]
public sealed class BoardTests(TestEngines engines) : HttpTest(engines)
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 8, 0, 0, 40, TimeSpan.Zero);

    private readonly SteeredClock _clock = new() { Now = Start };

    private static IEnumerable<string> Endings =>
        Lifecycle.Steps.Where(step => Lifecycle.Terminal.Contains(step.To)).Select(step => step.Action);

    [OneTimeSetUp]
    public async Task PutOrdersOnTheBoard()
    {
        // Every column has ties: three orders per status, two of them from the same millisecond.
        for (var i = 0; i < 3; i++)
        {
            _clock.Now = Start.AddMilliseconds(i / 2);
            foreach (var status in Lifecycle.Statuses)
            {
                await Service.OrderInAsync(status);
            }
        }

        _clock.Now = Start.AddMilliseconds(500);
    }

    [Test]
    public async Task Its_counts_are_the_number_of_cards_that_paging_yields()
    {
        foreach (var client in new[] { Anna, Crm })
        {
            var board = (await client.GetAsync("board")).Should(200).Json;

            Assert.That(board.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(new[] { "counts", "columns", "asOf" }));
            Assert.That(board.GetProperty("counts").EnumerateObject().Select(member => member.Name),
                Is.EqualTo(Lifecycle.Active));
            Assert.That(board.GetProperty("columns").EnumerateArray()
                .Select(column => column.GetProperty("status").GetString()), Is.EqualTo(Lifecycle.Active));
            foreach (var column in board.GetProperty("columns").EnumerateArray())
            {
                var status = column.GetProperty("status").GetString()!;
                var count = board.GetProperty("counts").GetProperty(status).GetInt32();
                var cards = (await client.PagesAsync($"board/{status}?limit=2")).SelectMany(page => page).ToArray();

                Assert.That(cards, Has.Length.EqualTo(count), status);
                Assert.That(cards.Select(Id), Is.Unique);
                Assert.That(cards.Select(card => card.GetProperty("status").GetString()), Is.All.EqualTo(status));
                Assert.That(
                    column.GetProperty("items").EnumerateArray().Select(Text), Is.EqualTo(cards.Take(20).Select(Text)));
            }
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(100)]
    public async Task It_shows_as_many_cards_per_column_as_are_asked_for(int limit)
    {
        var board = (await Anna.GetAsync($"board?limit={limit}")).Should(200).Json;
        foreach (var column in board.GetProperty("columns").EnumerateArray())
        {
            var status = column.GetProperty("status").GetString()!;
            var first = (await Anna.GetAsync($"board/{status}?limit={limit}")).Should(200).Json;
            Assert.That(column.GetProperty("items").ToString(), Is.EqualTo(first.GetProperty("items").ToString()));
            Assert.That(column.GetProperty("items").GetArrayLength(),
                Is.EqualTo(Math.Min(limit, board.GetProperty("counts").GetProperty(status).GetInt32())));
        }
    }

    [Test]
    public async Task A_column_is_paged_through_in_either_direction_ties_included(
        [Values("oldest", "newest", null)] string? sort, [Values(1, 2, 3, 100)] int limit)
    {
        foreach (var status in Lifecycle.Active)
        {
            var all = (await Anna.GetAsync($"board/{status}?limit=100")).Should(200).Json;
            var expected = all.GetProperty("items").EnumerateArray()
                .OrderBy(card => card.GetProperty("statusChangedAt").GetString(), StringComparer.Ordinal)
                    .ThenBy(Id, StringComparer.Ordinal).Select(Id);
            Assert.That(all.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));

            var pages = await Anna.PagesAsync($"board/{status}?limit={limit}{(sort is null ? "" : $"&sort={sort}")}");

            Assert.That(pages.SelectMany(page => page).Select(Id),
                Is.EqualTo(sort == "newest" ? expected.Reverse() : expected), status);
            Assert.That(pages.SkipLast(1).Select(page => page.Length), Is.All.EqualTo(limit));
            Assert.That(pages[^1], Has.Length.InRange(1, limit));
        }
    }

    [Test]
    public async Task Every_page_tells_how_many_cards_the_column_has_and_links_to_the_next()
    {
        var count = (await Anna.GetAsync("board")).Json.GetProperty("counts").GetProperty("PACKAGING").GetInt32();
        List<string> found = [];
        var link = "/api/v1/board/PACKAGING?limit=2&sort=newest";
        while (link is not null)
        {
            var page = (await Anna.GetAsync(link)).Should(200);
            Assert.That(page.Json.EnumerateObject().Select(member => member.Name),
                Is.EqualTo(new[] { "items", "next", "count" }));
            Assert.That(page.Json.GetProperty("count").GetInt32(), Is.EqualTo(count));
            Assert.That(page.CacheStatus, Does.StartWith("mes; "));
            found.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(Id));
            var header = page.Header("Link");
            Assert.That(header is null, Is.EqualTo(page.Json.GetProperty("next").GetString() is null));
            link = page.Next(link);
        }

        Assert.That(found, Has.Count.EqualTo(count).And.Unique);
    }

    [Test]
    public async Task A_card_says_what_the_order_says()
    {
        foreach (var status in Lifecycle.Active)
        {
            var order = await Service.OrderInAsync(status);

            var cards = (await Anna.PagesAsync($"board/{status}?limit=100")).SelectMany(page => page);
            var card = cards.Single(card => Id(card) == order.Id.ToString());

            foreach (var member in new[]
            {
                "id", "sellerId", "externalId", "material", "quantity", "dueAt", "operatorId", "status", "version",
                    "createdAt", "statusChangedAt",
            })
            {
                Assert.That(card.GetProperty(member).GetRawText(),
                    Is.EqualTo(order.Json.GetProperty(member).GetRawText()), member);
            }

            Assert.That(card.GetProperty("fileName").GetRawText(),
                Is.EqualTo(order.Json.GetProperty("model").GetProperty("fileName").GetRawText()));
            Assert.That(card.EnumerateObject().Count(), Is.EqualTo(12), "a card has nothing else");
        }
    }

    [Test]
    public async Task A_column_says_since_when_its_oldest_card_is_in_it()
    {
        foreach (var column in (await Anna.GetAsync("board?limit=1")).Should(200).Json.GetProperty("columns")
            .EnumerateArray())
        {
            Assert.That(
                column.GetProperty("oldestAt").GetString(),
                Is.EqualTo(column.GetProperty("items")[0].GetProperty("statusChangedAt").GetString()));
        }
    }

    [Test]
    public async Task A_column_is_paged_through_by_due_date_and_orders_without_one_come_last()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        List<(string Id, string? DueAt)> submitted = [];
        foreach (var due in new[] { null, "2026-06-02T00:00:00Z", "2026-06-01T00:00:00Z", null, "2026-06-02T00:00:00Z" })
        {
            var body = Samples.Submission();
            body["dueAt"] = due;
            submitted.Add(((await seller.PostAsync("orders", body)).Should(201).Id.ToString(), due));
        }

        var pages = await Anna.PagesAsync($"board/SUBMITTED?sort=due&limit=2&sellerId={sellerId}");

        Assert.That(
            pages.SelectMany(page => page).Select(Id),
            Is.EqualTo(submitted.OrderBy(order => order.DueAt ?? "later", StringComparer.Ordinal)
                .ThenBy(order => order.Id, StringComparer.Ordinal).Select(order => order.Id)));
        var all = (await Anna.PagesAsync("board/SUBMITTED?sort=due&limit=3")).SelectMany(page => page).ToArray();
        Assert.That(all.Select(Id), Is.Unique);
        Assert.That(
            all, Has.Length.EqualTo((await Anna.GetAsync("board/SUBMITTED")).Json.GetProperty("count").GetInt32()));
    }

    [Test]
    public async Task A_filter_leaves_what_it_says_and_counts_it()
    {
        var (sellerId, seller) = await Service.NewSellerAsync();
        var body = Samples.Submission();
        body["dueAt"] = "2026-05-04T07:59:59Z";
        body["externalId"] = $"Ä-100%_{sellerId}";
        var late = (await seller.PostAsync("orders", body)).Should(201);
        body["dueAt"] = "2026-05-04T09:00:00Z";
        body["externalId"] = $"b-{sellerId}";
        var early = (await seller.PostAsync("orders", body)).Should(201);
        var of = $"sellerId={sellerId}";

        await LeavesAsync($"SUBMITTED?{of}", late.Id, early.Id);
        await LeavesAsync($"SUBMITTED?{of}&overdue=true", late.Id);
        await LeavesAsync($"SUBMITTED?{of}&overdue=false", early.Id);
        await LeavesAsync($"SUBMITTED?{of}&sort=newest&q=Ä", late.Id);
        await LeavesAsync($"SUBMITTED?{of}&q=100%25_", late.Id);
        await LeavesAsync($"SUBMITTED?{of}&q=B-{sellerId.ToUpperInvariant()}", early.Id);
        await LeavesAsync($"SUBMITTED?{of}&q={early.Id.ToString()[4..30]}", early.Id);
        await LeavesAsync($"SUBMITTED?{of}&q={early.Id.ToString().ToUpperInvariant()}", early.Id);
        await LeavesAsync($"SUBMITTED?{of}&q=10_%25");

        var claimed = await Service.OrderInAsync("MANUFACTURING_STARTED", seller);
        await LeavesAsync($"MANUFACTURING_STARTED?{of}&operatorId=anna", claimed.Id);
        await LeavesAsync($"MANUFACTURING_STARTED?{of}&operatorId=boris");
        await LeavesAsync($"PACKAGING?{of}");
    }

    [Test]
    public async Task A_change_moves_one_card_and_shows_on_every_instance_as_soon_as_it_is_answered()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        var counts = await CountsAsync(Anna);
        foreach (var step in Lifecycle.Tour)
        {
            counts[order.StatusName!]--;
            order = (await Client(step.Roles[0]).ChangeAsync(order.Id, step.Action)).Should(200);
            if (counts.TryGetValue(step.To, out var count))
            {
                counts[step.To] = count + 1;
            }

            for (var instance = 0; instance < Service.Instances.Count; instance++)
            {
                var client = Service.As(MesHost.Boris, instance);
                Assert.That(await CountsAsync(client), Is.EqualTo(counts));
                foreach (var status in Lifecycle.Active)
                {
                    var cards = (await client.PagesAsync($"board/{status}?limit=100")).SelectMany(page => page)
                        .Where(card => Id(card) == order.Id.ToString()).ToArray();
                    Assert.That(cards, Has.Length.EqualTo(status == step.To ? 1 : 0), $"{status} after {step.Action}");
                    Assert.That(
                        cards.Select(card => card.GetProperty("version").GetInt32()), Is.All.EqualTo(order.Version));
                }
            }
        }
    }

    [TestCaseSource(nameof(Endings))]
    public async Task An_order_that_has_ended_leaves_the_board(string action)
    {
        foreach (var status in Lifecycle.StepOf(action).From)
        {
            var order = await Service.OrderInAsync(status);
            var before = await CountsAsync(Anna);
            (await Crm.ChangeAsync(order.Id, action)).Should(200);
            before[status]--;
            Assert.That(await CountsAsync(Anna), Is.EqualTo(before));
        }
    }

    [Test]
    public async Task It_has_the_time_that_it_shows()
    {
        _clock.Now = Start.AddMilliseconds(502);
        var board = (await Anna.GetAsync("board?limit=1")).Should(200).Json;
        Assert.That(board.GetProperty("asOf").GetString(), Is.EqualTo("2026-05-04T08:00:00.542Z"));
    }

    [Test]
    public async Task A_cursor_is_good_for_its_own_column_only()
    {
        var cursor = (await Anna.GetAsync("board/SUBMITTED?limit=1")).Json.GetProperty("next").GetString();
        (await Anna.GetAsync($"board/SUBMITTED?limit=2&cursor={cursor}")).Should(200);
        (await Anna.GetAsync($"board/SUBMITTED?sort=oldest&cursor={cursor}")).Should(200);
        foreach (var (client, path) in new[]
        {
            (Boris, $"board/SUBMITTED?cursor={cursor}"),
            (Crm, $"board/SUBMITTED?cursor={cursor}"),
            (Anna, $"board/SUBMITTED?sort=newest&cursor={cursor}"),
            (Anna, $"board/PACKAGING?cursor={cursor}"),
            (Anna, $"board/SUBMITTED?q=x&cursor={cursor}"),
            (Anna, $"board/SUBMITTED?sort=due&cursor={cursor}"),
            (Anna, $"orders?cursor={cursor}"),
            (Anna, $"board/SUBMITTED?cursor={cursor![..^1]}"),
        })
        {
            (await client.GetAsync(path)).ShouldBeProblem(400, "validation-error");
        }
    }

    [Test]
    public async Task Counts_and_cards_agree_within_every_answer_while_orders_move()
    {
        using var done = new CancellationTokenSource();
        var watchers = Enumerable.Range(0, 2).Select(async i =>
        {
            var client = Service.As(MesHost.Anna, i);
            while (!done.IsCancellationRequested)
            {
                var board = (await client.GetAsync("board?limit=100")).Should(200).Json;
                var cards = board.GetProperty("columns").EnumerateArray()
                    .SelectMany(column => column.GetProperty("items").EnumerateArray()).Select(Id).ToArray();
                Assert.That(cards, Is.Unique, "an order stands in an answer once");
                foreach (var column in board.GetProperty("columns").EnumerateArray())
                {
                    Assert.That(
                        column.GetProperty("items").GetArrayLength(),
                        Is.EqualTo(Math.Min(100, board.GetProperty("counts")
                            .GetProperty(column.GetProperty("status").GetString()!).GetInt32())));
                }
            }
        }).ToArray();

        for (var i = 0; i < 10; i++)
        {
            await Service.OrderInAsync("CLOSED");
        }

        await done.CancelAsync();
        await Task.WhenAll(watchers);
    }

    /// <summary>The cards of the column are these, in any order, on every instance.</summary>
    private async Task LeavesAsync(string column, params Guid[] ids)
    {
        for (var instance = 0; instance < Service.Instances.Count; instance++)
        {
            var page = (await Service.As(MesHost.Crm, instance).GetAsync($"board/{column}")).Should(200).Json;
            Assert.That(
                page.GetProperty("items").EnumerateArray().Select(Id),
                Is.EquivalentTo(ids.Select(id => id.ToString())), column);
            Assert.That(page.GetProperty("count").GetInt32(), Is.EqualTo(ids.Length), column);
        }
    }

    private protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<TimeProvider>(_clock);

    private static async Task<Dictionary<string, int>> CountsAsync(OrdersClient client) =>
        (await client.GetAsync("board?limit=1")).Should(200).Json.GetProperty("counts").EnumerateObject()
            .ToDictionary(member => member.Name, member => member.Value.GetInt32());

    private static string Id(JsonElement card) => card.GetProperty("id").GetString()!;

    private static string Text(JsonElement card) => card.ToString();
}
