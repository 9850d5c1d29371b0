using Mes.Application.Paging;
using Mes.Domain.Orders;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>An order's history in pages: complete, oldest first, and bounded per answer however long it is.</summary>
public sealed class HistoryTests(TestEngines engines) : HttpTest(engines)
{
    [Test]
    public async Task The_pages_together_are_the_history([Values(1, 2, 3, 7, 8, 100)] int limit)
    {
        var order = await Service.OrderInAsync("CLOSED");
        var whole = await Alpha.GetAsync($"orders/{order.Id}/history");
        var versions = Enumerable.Range(1, order.Version);
        Assert.That(whole.Json.GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("version").GetInt32()), Is.EqualTo(versions));
        Assert.That(whole.Json.GetProperty("next").GetString(), Is.Null);
        Assert.That(whole.Header("Link"), Is.Null);

        var pages = await Alpha.PagesAsync($"orders/{order.Id}/history?limit={limit}");

        Assert.That(pages.SelectMany(page => page).Select(item => item.GetProperty("version").GetInt32()),
            Is.EqualTo(versions));
        Assert.That(pages.SkipLast(1).Select(page => page.Length), Is.All.EqualTo(limit));
        Assert.That(pages, Has.Count.EqualTo((order.Version + limit - 1) / limit), "no empty page after the last");
    }

    [Test]
    public async Task The_link_leads_to_the_next_page()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");
        var first = (await Alpha.GetAsync($"orders/{order.Id}/history?limit=1")).Should(200);
        var next = first.Json.GetProperty("next").GetString();

        Assert.That(first.Header("Link"), Does.Match($"limit=1&cursor={next}>; rel=\"next\"$"));
        var second = (await Alpha.GetAsync($"orders/{order.Id}/history?limit=1&cursor={next}")).Should(200);
        Assert.That(second.Json.GetProperty("items")[0].GetProperty("version").GetInt32(), Is.EqualTo(2));
        Assert.That((await Alpha.GetAsync($"orders/{order.Id}/history?cursor={next}"))
            .Should(200).Json.GetProperty("items").GetArrayLength(), Is.EqualTo(2), "the limit may change between pages");
    }

    [Test]
    public async Task A_cursor_is_good_for_its_caller_and_its_order_only()
    {
        var order = await Service.OrderInAsync("MANUFACTURING_APPROVED");
        var other = await Service.OrderInAsync("MANUFACTURING_APPROVED");
        var cursor = (await Alpha.GetAsync($"orders/{order.Id}/history?limit=1")).Json.GetProperty("next").GetString()!;
        var list = (await Alpha.GetAsync("orders?limit=1")).Json.GetProperty("next").GetString();

        foreach (var (client, path) in new[]
        {
            (Anna, $"orders/{order.Id}/history?cursor={cursor}"),
            (Beta, $"orders/{order.Id}/history?cursor={cursor}"),
            (Alpha, $"orders/{other.Id}/history?cursor={cursor}"),
            (Alpha, $"orders/{order.Id}/history?cursor={list}"),
            (Alpha, $"orders?cursor={cursor}"),
        }.Concat(Samples.Forged(cursor).Select(forged => (Alpha, $"orders/{order.Id}/history?cursor={forged}"))))
        {
            var answer = (await client.GetAsync(path)).ShouldBeProblem(400, "validation-error");
            Assert.That(answer.Json.GetProperty("errors").TryGetProperty("cursor", out _), Is.True, path);
        }
    }

    [Test]
    public async Task Without_a_limit_an_ordinary_history_comes_whole_and_a_very_long_one_in_pages()
    {
        var order = (await Alpha.SubmitAsync()).Should(201);
        await using (var context =
            await Service.Instances[0].Services.GetRequiredService<IDbContextFactory<MesDbContext>>()
                .CreateDbContextAsync())
        {
            context.AddRange(Enumerable.Range(2, PageLimits.HistoryDefault + 199).Select(version => new HistoryRow
            {
                OrderId = order.Id,
                Version = version,
                FromStatus = OrderStatus.Submitted,
                ToStatus =
                    OrderStatus.Submitted,
                ChangedBy = "database:test",
                At = DateTimeOffset.UnixEpoch,
                ChangeId = order.Id,
            }));
            await context.SaveChangesAsync();
        }

        var first = (await Alpha.GetAsync($"orders/{order.Id}/history")).Should(200);
        var second =
            (await Alpha.GetAsync($"orders/{order.Id}/history?cursor={first.Json.GetProperty("next").GetString()}"))
                .Should(200);

        Assert.That(first.Json.GetProperty("items").GetArrayLength(), Is.EqualTo(PageLimits.HistoryDefault));
        Assert.That(first.Header("Link"), Does.Contain("rel=\"next\""));
        Assert.That(second.Json.GetProperty("items").GetArrayLength(), Is.EqualTo(200));
        Assert.That(second.Json.GetProperty("items")[0].GetProperty("version").GetInt32(),
            Is.EqualTo(PageLimits.HistoryDefault + 1));
        Assert.That(second.Json.GetProperty("next").GetString(), Is.Null);
    }
}
