using System.Collections.Concurrent;
using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>A hit costs one round trip to Redis and none to the database, and it parses no JSON.</summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class HitCostTests
{
    private const int Reads = 20;

    /// <summary>The commands with which the client keeps its connection, and those that these tests send.</summary>
    private static readonly string[] NotOfReads = ["ping", "info", "client|setinfo", "client|setname", "config|get"];

    /// <summary>The script itself, and the commands that it runs.</summary>
    private static readonly string[] OfReadScript =
        ["evalsha", "unlink", "zscore", "zcount", "zrange", "mget", "pttl", "pexpire"];

    private readonly Statements _statements = new();
    private CacheWorld _world = null!;
    private Instance _instance = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await CacheWorld.SharedAsync();
        _instance = await _world.StartInstanceAsync(new InstanceSettings
        {
            IndexesHeld = false,
            Services = services =>
                services.ConfigureDbContext<MesDbContext>(options => options.AddInterceptors(_statements)),
        });
        await _instance.UntilIndexesAreWholeAsync();
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_instance);

    [TestCase("", false)]
    [TestCase("/status", false)]
    [TestCase("", true)]
    [TestCase("/status", true)]
    public async Task A_hit_is_one_round_trip_to_Redis_and_nothing_to_the_database(string resource, bool conditional)
    {
        var id = await SubmittedAsync();
        var commands = await CommandsAsync();
        _statements.Forget();

        for (var i = 0; i < Reads; i++)
        {
            using var answer = await AskAsync(id, resource, conditional ? "\"1\"" : null);
            Assert.That(answer.StatusCode, Is.EqualTo(conditional ? HttpStatusCode.NotModified : HttpStatusCode.OK));
            Assert.That(answer.Headers.GetValues("Cache-Status").Single(), Is.EqualTo("mes; hit"));
        }

        Assert.That(await SinceAsync(commands), Is.EqualTo(new Dictionary<string, long>
        {
            ["mget"] = Reads,
            ["getex"] = Reads, // Proves that a master has answered.
        }));
        Assert.That(_statements.OfReads, Is.Empty);
    }

    [TestCase("board?limit=20", MesHost.Anna)]
    [TestCase("board/SUBMITTED?limit=10&sort=newest", MesHost.Anna)]
    [TestCase("orders?limit=20", MesHost.Alpha)]
    [TestCase("orders?limit=20&sort=createdAt", MesHost.Alpha)]
    [TestCase("orders?limit=20&status=SUBMITTED,PRICE_CALCULATED,CLOSED&updatedSince=2026-01-01T00:00:00Z",
        MesHost.Crm)]
    public async Task A_hit_of_the_board_or_of_a_list_is_one_script_and_nothing_to_the_database(string path, string key)
    {
        path = $"/api/v1/{path}{(key == MesHost.Crm ? "&sellerId=alpha" : "")}";
        var id = await SubmittedAsync();
        await Eventually.IsTrue(async () => await CacheStatusAsync(path, key) == "mes; hit", TimeSpan.FromSeconds(15),
            "the entries that other tests have evicted are back");
        await _instance.ChangeAsync(Commands.Price(id));
        await Eventually.IsTrue(
            async () => await _world.OutboxRowsAsync(id) == 0, TimeSpan.FromSeconds(15), "its outbox row is swept");
        var commands = await CommandsAsync();
        _statements.Forget();

        for (var i = 0; i < Reads; i++)
        {
            Assert.That(await CacheStatusAsync(path, key), Is.EqualTo("mes; hit"), "a change makes no miss");
        }

        var since = await SinceAsync(commands);
        Assert.That(since["evalsha"], Is.EqualTo(Reads));
        Assert.That(since.Keys, Is.SubsetOf(OfReadScript));
        Assert.That(
            since["mget"],
            Is.EqualTo(path.Contains("updatedSince", StringComparison.Ordinal) ? Reads : 1),
            "the first read fetches all entries at once; later reads fetch none, because Redis says that nothing has "
                + "changed; an instance keeps no copy of a list that begins at a moment");
        Assert.That(_statements.OfReads, Is.Empty);
    }

    [Test]
    public async Task A_miss_is_noticed_by_the_same_count()
    {
        var id = await SubmittedAsync();
        await _world.EvictAsync(id);
        var commands = await CommandsAsync();
        _statements.Forget();

        using var answer = await AskAsync(id, "", null);

        Assert.That(answer.Headers.GetValues("Cache-Status").Single(), Is.EqualTo("mes; fwd=miss; stored"));
        Assert.That((await SinceAsync(commands)).Keys, Is.SupersetOf(new[] { "mget", "evalsha" }));
        Assert.That(_statements.OfReads, Has.Count.EqualTo(2),
            "for a seller, the service first asks whether the order is the seller's own");
    }

    [Test]
    public async Task The_bytes_go_out_as_they_are_stored()
    {
        var id = await SubmittedAsync();
        var payload = await ReplacePayloadAsync(id);

        // Without the comparison with the description, which a JSON parser makes.
        using var client = new HttpClient { BaseAddress = _instance.Host.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", MesHost.Alpha);
        using var whole = await client.GetAsync($"/api/v1/orders/{id:D}");

        Assert.That(
            await whole.Content.ReadAsStringAsync(), Is.EqualTo(payload),
            "a JSON parser would have rejected these bytes");
        Assert.That(whole.Headers.ETag?.Tag, Is.EqualTo("\"1\""));
    }

    [Test]
    public async Task A_status_is_answered_without_a_look_at_the_payload()
    {
        var id = await SubmittedAsync();
        await ReplacePayloadAsync(id);

        using var answer = await AskAsync(id, "/status", null);

        var status = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.That(status["status"]!.GetValue<string>(), Is.EqualTo("SUBMITTED"));
        Assert.That(status["version"]!.GetValue<int>(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_bytes_of_one_version_are_the_same_from_the_writer_and_from_the_database()
    {
        var id = await SubmittedAsync();
        await _instance.ChangeAsync(Commands.Price(id));
        using var fromTheWriter = await AskAsync(id, "", null);
        await _world.EvictAsync(id);
        using var fromTheDatabase = await AskAsync(id, "", null);

        Assert.That(fromTheDatabase.Headers.GetValues("Cache-Status").Single(), Is.EqualTo("mes; fwd=miss; stored"));
        Assert.That(
            await fromTheDatabase.Content.ReadAsStringAsync(),
            Is.EqualTo(await fromTheWriter.Content.ReadAsStringAsync()),
            "equal strong entity tags must mean equal bytes (RFC 9110, section 8.8.1)");
    }

    private async Task<string> CacheStatusAsync(string path, string key)
    {
        using var answer = await _instance.Host.SendAsync(HttpMethod.Get, path, key);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return answer.Headers.GetValues("Cache-Status").Single();
    }

    private async Task<Guid> SubmittedAsync()
    {
        var id = Commands.NewOrderId();
        await _instance.ChangeAsync(Commands.Submit(id));
        await Eventually.IsTrue(
            async () => await _world.OutboxRowsAsync(id) == 0, TimeSpan.FromSeconds(15), "its outbox row is swept");
        return id;
    }

    private Task<HttpResponseMessage> AskAsync(Guid id, string resource, string? ifNoneMatch) =>
        _instance.Host.SendAsync(
        HttpMethod.Get,
        $"/api/v1/orders/{id:D}{resource}",
        MesHost.Alpha,
        headers: headers => headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch is null ? [] : [ifNoneMatch]));

    /// <summary>Keeps the header, and replaces the payload by as many bytes that are no JSON.</summary>
    private async Task<string> ReplacePayloadAsync(Guid id)
    {
        var order = EntryCodec.Decode(id, (byte[])(await _world.Redis.StringGetAsync(_instance.EntryKey(id)))!)!;
        var payload = new string('?', order.Json.Length);
        await _world.Redis.StringSetAsync(
            _instance.EntryKey(id), EntryCodec.Encode(order with { Json = Encoding.ASCII.GetBytes(payload) }));
        return payload;
    }

    private async Task<Dictionary<string, long>> CommandsAsync() =>
        (await _world.Connection.GetServers()[0].InfoAsync("commandstats")).Single().ToDictionary(
            line => line.Key["cmdstat_".Length..],
            line => long.Parse(
                line.Value.Split(',')[0]["calls=".Length..], System.Globalization.CultureInfo.InvariantCulture));

    private async Task<Dictionary<string, long>> SinceAsync(Dictionary<string, long> before) => (await CommandsAsync())
        .Where(command => !NotOfReads.Contains(command.Key))
        .Select(command => KeyValuePair.Create(command.Key, command.Value - before.GetValueOrDefault(command.Key)))
        .Where(command => command.Value > 0)
        .ToDictionary();

    /// <summary>Records the statements that the instance sends to the database.</summary>
    private sealed class Statements : DbCommandInterceptor
    {
        private readonly ConcurrentQueue<string> _texts = new();

        /// <summary>The statements without those that the instance sends by itself, several times a second.</summary>
        public IReadOnlyCollection<string> OfReads =>
            [.. _texts.Where(text => !OfTheInstance.Any(table => text.Contains(table, StringComparison.Ordinal)))];

        private static string[] OfTheInstance =>
            ["cache_cells", "outbox", "outage_marks", "feed", "event_queue", "webhook", "pg_current_xact_id"];

        public void Forget() => _texts.Clear();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
                CancellationToken cancellationToken = default) =>
            Noted(command, result);

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result,
                CancellationToken cancellationToken = default) =>
            Noted(command, result);

        public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<object> result,
                CancellationToken cancellationToken = default) =>
            Noted(command, result);

        private ValueTask<T> Noted<T>(DbCommand command, T result)
        {
            _texts.Enqueue(command.CommandText);
            return new(result);
        }
    }
}
