using Mes.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Role = Mes.Domain.Callers.Role;

namespace Mes.Tests.Http;

/// <summary>The board's stream: nothing missed, nothing older than what was told, on every instance.</summary>
public sealed class BoardStreamTests(TestEngines engines) : HttpTest(engines)
{
    [Test]
    public async Task It_begins_at_once_with_when_to_come_back_and_a_place()
    {
        await using var stream = await OpenAsync();

        Assert.Multiple(() =>
        {
            Assert.That((int)stream.Response.StatusCode, Is.EqualTo(200));
            Assert.That(stream.Response.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/event-stream"));
            Assert.That(stream.Response.Headers.CacheControl!.NoStore, Is.True);
            Assert.That(stream.Response.Headers.GetValues("X-Accel-Buffering"), Is.EqualTo(new[] { "no" }));
            Assert.That(stream.Retry, Is.InRange(1_000, 3_000));
            Assert.That(stream.LastId, Is.Not.Empty);
        });
    }

    [Test]
    public async Task A_beat_tells_the_time_and_how_far_behind_the_stream_is()
    {
        await using var stream = await OpenAsync();

        var beat = await stream.UntilAsync(one => one.Event == "beat", "a beat");

        Assert.That(beat.Data.GetProperty("at").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
        Assert.That(beat.Data.GetProperty("behindMs").GetInt64(), Is.InRange(0, 20_000));
        Assert.That(beat.Place, Is.Not.Empty);
    }

    [Test]
    public async Task Every_change_comes_on_every_instance_as_the_boards_card_and_an_order_that_ends_is_gone()
    {
        var streams = await Task.WhenAll(
            Enumerable.Range(0, Service.Instances.Count).Select(instance => OpenAsync(instance)));
        var order = await Service.OrderInAsync("PACKAGING");

        foreach (var stream in streams)
        {
            var told = await stream.CardAsync(order.Id, order.Version);
            var cards = (await Anna.PagesAsync("board/PACKAGING?sort=newest")).SelectMany(page => page);
            var card = cards.Single(one => one.GetProperty("id").GetGuid() == order.Id);
            Assert.That(told.Data.GetRawText(), Is.EqualTo(card.GetRawText()));
        }

        foreach (var step in Lifecycle.WayTo("CLOSED").SkipWhile(step => step.From[0] != "PACKAGING"))
        {
            order = (await Client(step.Roles[0]).ChangeAsync(order.Id, step.Action)).Should(200);
        }

        foreach (var stream in streams)
        {
            var gone = await stream.UntilAsync(
                one => one.Event == "card" && one.Id == order.Id && one.IsGone, "no card");
            Assert.That(gone.Data.GetRawText(), Is.EqualTo(
                $"{{\"id\":\"{order.Id}\",\"version\":{order.Version},\"status\":\"CLOSED\",\"gone\":true}}"));
            var versions = stream.All.Where(one => one.Event == "card" && one.Id == order.Id)
                .Select(one => one.Version).ToArray();
            Assert.That(versions, Is.Ordered.And.Unique);
            await stream.DisposeAsync();
        }
    }

    [Test]
    public async Task Counts_come_after_the_cards_and_agree_with_the_board()
    {
        await using var stream = await OpenAsync();
        var order = await Service.OrderInAsync("SHIPPED");

        await stream.UntilAsync(_ => IsCountedAfter(stream.All, order.Id, order.Version), "counts after the card");

        var counts = stream.All.Last(one => one.Event == "counts").Data;
        var board = (await Anna.GetAsync("board?limit=1")).Should(200).Json;
        Assert.That(counts.EnumerateObject().Select(column => column.Name), Is.EqualTo(Lifecycle.Active));
        foreach (var column in board.GetProperty("columns").EnumerateArray())
        {
            var status = column.GetProperty("status").GetString()!;
            Assert.That(
                counts.GetProperty(status).GetProperty("n").GetInt32(),
                Is.EqualTo(board.GetProperty("counts").GetProperty(status).GetInt32()), status);
            Assert.That(
                counts.GetProperty(status).GetProperty("oldestAt").GetRawText(),
                Is.EqualTo(column.GetProperty("oldestAt").GetRawText()), status);
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Who_comes_back_is_told_what_it_has_missed_by_any_instance(bool byHeader)
    {
        string place;
        await using (var before = await OpenAsync(0))
        {
            var seen = await Service.OrderInAsync("PRICE_CALCULATED");
            await before.CardAsync(seen.Id, seen.Version);
            place = before.LastId!;
        }

        var missed = await Service.OrderInAsync("MANUFACTURING_STARTED");
        var ended = await Service.OrderInAsync("CLOSED");
        await using var after = byHeader
            ? await OpenAsync(1, place)
            : await BoardStreamClient.OpenAsync(Service.Instances[^1], MesHost.Anna, query: $"?lastEventId={place}");

        await after.CardAsync(missed.Id, missed.Version);
        Assert.That((await after.CardAsync(ended.Id, ended.Version)).IsGone, Is.True);
        var next = await Service.OrderInAsync("SUBMITTED");
        await after.CardAsync(next.Id, 1);
        Assert.That(after.All.Select(one => one.Event), Has.None.EqualTo("reset"));
    }

    [TestCase("x")]
    [TestCase("AKk2bqTTDk0GkR4lZJr3sN9m0x1vWc5YhQ7dEo8uLfPz")]
    public async Task A_place_that_is_not_good_means_to_load_the_board_anew(string place)
    {
        var other = (await Anna.GetAsync("events?start=now")).Json.GetProperty("next").GetString()!;
        foreach (var one in new[] { place, other })
        {
            await using var stream = await OpenAsync(0, one);

            var reset = await stream.UntilAsync(received => received.Event == "reset", "a reset");

            Assert.That(reset.Place, Is.Not.Empty.And.Not.EqualTo(one));
            var next = await Service.OrderInAsync("SUBMITTED");
            await stream.CardAsync(next.Id, 1);
        }
    }

    [Test]
    public async Task It_is_for_operators_and_services()
    {
        foreach (var (key, status) in new[]
        {
            (MesHost.Anna, 200), (MesHost.Crm, 200), (MesHost.Alpha, 403), (MesHost.Admin, 403), (null, 401),
        })
        {
            await using var stream = await BoardStreamClient.OpenAsync(Service.Instances[0], key);
            Assert.That((int)stream.Response.StatusCode, Is.EqualTo(status));
        }
    }

    [Test]
    public async Task A_key_has_ten_streams_at_an_instance()
    {
        var key = (await Service.IssueKeyAsync(Role.Operator, ServiceUnderTest.Unique("operator"))).Reveal();
        var streams = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(_ => BoardStreamClient.OpenAsync(Service.Instances[0], key)));
        Assert.That(streams.Select(stream => (int)stream.Response.StatusCode), Is.All.EqualTo(200));

        (await Service.As(key, 0).GetAsync("board/stream")).ShouldBeProblem(429, "rate-limited");
        await using (var other = await OpenAsync())
        {
            Assert.That((int)other.Response.StatusCode, Is.EqualTo(200), "another key has its own");
        }

        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }

        await Eventually.IsTrue(
            async () =>
            {
                await using var again = await BoardStreamClient.OpenAsync(Service.Instances[0], key);
                return (int)again.Response.StatusCode == 200;
            },
            BoardStreamClient.Limit,
            "a stream that has ended does not count");
    }

    [Test]
    public async Task It_ends_within_two_seconds_when_its_key_is_revoked() =>
        await Promptly.Happens(TimeSpan.FromSeconds(2), "the stream ends", async () =>
        {
            var key = await Service.IssueKeyAsync(Role.Operator, ServiceUnderTest.Unique("operator"));
            var streams = await Task.WhenAll(Service.Instances.Select(
                instance => BoardStreamClient.OpenAsync(instance, key.Reveal())));
            await using var other = await OpenAsync();

            var taken = await Promptly.TimeOf(async () =>
            {
                await Service.RevokeKeyAsync(key.Id);
                await Task.WhenAll(streams.Select(stream => stream.UntilEndAsync()));
            });

            Assert.That(other.HasEnded, Is.False);
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }

            return taken;
        });

    /// <summary>How long things take is tested here, so time passes as usual.</summary>
    private protected override void Configure(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton(TimeProvider.System);

    private static bool IsCountedAfter(BoardStreamClient.Received[] received, Guid orderId, int version) => received
        .SkipWhile(one => !(one.Event == "card" && one.Id == orderId && one.Version == version))
        .Any(one => one.Event == "counts");

    private Task<BoardStreamClient> OpenAsync(int instance = 0, string? lastEventId = null) =>
        BoardStreamClient.OpenAsync(
            Service.Instances[instance % Service.Instances.Count], MesHost.Anna, lastEventId);
}
