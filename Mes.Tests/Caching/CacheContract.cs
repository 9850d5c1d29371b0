using System.Text;
using Mes.Application.Caching;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Outbox;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;
using StackExchange.Redis;

namespace Mes.Tests.Caching;

/// <summary>
/// What <see cref="IOrderCache"/> promises, whatever engine is behind it: one primitive, lease, then put. The cache is
/// the one that the service registers, on a data set of its own. What the port does not show, the tests look up in the
/// engine.
/// </summary>
[NonParallelizable]
internal abstract partial class CacheContract
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly DateTimeOffset ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_767_225_600_123);
    private static readonly string[] NoTags = [];

    private IAsyncDisposable? _engine;
    private MesHost? _host;
    private ConnectionMultiplexer? _connection;

    private IOrderCache Cache => _host!.Services.GetRequiredService<IOrderCache>();

    private ITaggedCache TaggedCache => _host!.Services.GetRequiredService<ITaggedCache>();

    private IDatabase Redis => _connection!.GetDatabase();

    /// <summary>The keys of the first cell. What belongs to no order is there, if not in every cell.</summary>
    private CacheEpoch Keys => _host!.Services.GetRequiredService<KeySpace>().Require();

    protected virtual int CellCount => 1;

    /// <returns>The engine and its connection string.</returns>
    protected abstract Task<(IAsyncDisposable Engine, string ConnectionString)> StartEngineAsync();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        (_engine, var address) = await StartEngineAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true");
        _host = await MesHost.StartEmbeddedAsync(
            [$"--ConnectionStrings:Redis={address}", "--Mes:Cache:ReadTimeout=00:00:10",
                $"--Mes:Cache:Cells={CellCount}"],
            builder => builder.Services
                .Replace(ServiceDescriptor.Singleton<TimeProvider>(new UnhurriedClock()))
                .DoNotStart<OutboxRelay>()
                .DoNotStart<OldEpochSweeper>());
        await Eventually.IsTrue(() => _host!.Services.GetRequiredService<KeySpace>().TryGetEpoch(out _, out _), Limit,
            "the cache may be used");
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_host, _connection, _engine);

    [Test]
    public async Task A_leased_put_is_read_back_as_it_was()
    {
        var order = Order(NewId(), 7, OrderStatus.Packaging, """{"made":"up"}""");

        Assert.That(await Cache.PutAsync(order, await LeaseAsync(order.Id), NoTags), Is.EqualTo(PutResult.Stored));

        var hit = (await Cache.GetAsync(order.Id)).Hit!;
        Assert.That(hit with { Json = default }, Is.EqualTo(order with { Json = default }));
        Assert.That(hit.Json.ToArray(), Is.EqualTo(order.Json.ToArray()));
    }

    [Test]
    public async Task An_order_that_is_not_there_is_a_miss()
    {
        var read = await Cache.GetAsync(NewId());

        Assert.That(read, Is.EqualTo(CacheRead<OrderSnapshot>.Miss));
    }

    [Test]
    public async Task A_put_without_a_lease_does_not_fill_in_what_is_absent()
    {
        var id = NewId();

        Assert.That(await PutAsync(id, 1, null), Is.EqualTo(PutResult.Rejected));
        Assert.That(await VersionAsync(id), Is.Null);
    }

    [Test]
    public async Task A_lease_is_spent_by_its_put()
    {
        var id = NewId();
        var token = await LeaseAsync(id);
        await PutAsync(id, 1, token);
        await Redis.KeyDeleteAsync(KeysOf(id).Entry(id));

        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Rejected));
        Assert.That(await VersionAsync(id), Is.Null);
    }

    [Test]
    public async Task A_lease_lapses()
    {
        var id = NewId();
        var token = await LeaseAsync(id);
        Assert.That(await Redis.KeyTimeToLiveAsync(KeysOf(id).Lease(id)),
            Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(TimeSpan.FromSeconds(5)));
        await Redis.KeyExpireAsync(KeysOf(id).Lease(id), TimeSpan.FromMilliseconds(1));
        await Eventually.IsTrue(
            async () => !await Redis.KeyExistsAsync(KeysOf(id).Lease(id)), Limit, "the lease lapses");

        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Rejected));
    }

    [Test]
    public async Task A_reader_gets_a_lease_only_if_there_is_none([Values] LeaseHolder first)
    {
        var id = NewId();
        var token = await LeaseAsync(id, first);

        Assert.That(await Cache.BeginAsync(id, LeaseHolder.Reader), Is.Null);
        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Stored),
            "the first reader's lease still stands");
    }

    [Test]
    public async Task A_writer_takes_a_lease_over([Values] LeaseHolder first)
    {
        var id = NewId();
        var before = await LeaseAsync(id, first);
        var writer = await LeaseAsync(id, LeaseHolder.Writer);

        Assert.That(await PutAsync(id, 1, before), Is.EqualTo(PutResult.Rejected));
        Assert.That(await VersionAsync(id), Is.Null);
        Assert.That(await PutAsync(id, 1, writer), Is.EqualTo(PutResult.Stored));
    }

    [Test]
    public async Task A_begin_where_there_is_an_entry_arms_nothing([Values] LeaseHolder holder)
    {
        var id = await StoredAsync(2);
        var token = await Cache.BeginAsync(id, holder);
        Assert.That(await Redis.KeyExistsAsync(KeysOf(id).Lease(id)), Is.False);
        await Redis.KeyDeleteAsync(KeysOf(id).Entry(id));

        Assert.That(await PutAsync(id, 2, token), Is.EqualTo(PutResult.Rejected));
    }

    [Test]
    public async Task Each_begin_has_a_token_of_its_own()
    {
        var id = NewId();

        var tokens = new HashSet<LeaseToken?>();
        for (var i = 0; i < 20; i++)
        {
            tokens.Add(await Cache.BeginAsync(id, LeaseHolder.Writer));
        }

        Assert.That(tokens, Has.Count.EqualTo(20).And.No.Member(null));
    }

    [Test]
    public async Task Of_many_readers_at_once_one_gets_the_lease()
    {
        var id = NewId();

        var tokens = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => Cache.BeginAsync(id, LeaseHolder.Reader).AsTask()));

        Assert.That(tokens.Count(token => token is not null), Is.EqualTo(1));
    }

    [TestCase(1, PutResult.Superseded, 2)]
    [TestCase(2, PutResult.Stored, 2)]
    [TestCase(3, PutResult.Stored, 3)]
    [TestCase(10, PutResult.Stored, 10, TestName = "Versions_are_compared_as_numbers")]
    public async Task Where_there_is_an_entry_the_version_decides(int version, PutResult result, int seen)
    {
        var id = await StoredAsync(2);

        Assert.That(await PutAsync(id, version, null), Is.EqualTo(result));
        Assert.That(await VersionAsync(id), Is.EqualTo(seen));
    }

    [Test]
    public async Task An_equal_version_is_written_again()
    {
        var id = await StoredAsync(2);

        Assert.That(await Cache.PutAsync(Order(id, 2, json: """{"written":"again"}"""), null, NoTags), Is.EqualTo(PutResult.Stored));
        Assert.That(Encoding.UTF8.GetString((await Cache.GetAsync(id)).Hit!.Json.Span), Is.EqualTo("""{"written":"again"}"""));
    }

    [Test]
    public async Task A_put_by_version_ends_a_lease_that_stands_beside_the_entry()
    {
        var id = NewId();
        var token = await LeaseAsync(id);
        await Redis.StringSetAsync(KeysOf(id).Entry(id), ProvenEntry.Of(id, layout: 99, version: 1));

        Assert.That(await PutAsync(id, 2, null), Is.EqualTo(PutResult.Stored));
        await Redis.KeyDeleteAsync(KeysOf(id).Entry(id));
        Assert.That(await PutAsync(id, 2, token), Is.EqualTo(PutResult.Rejected));
    }

    [Test]
    public async Task The_highest_of_many_puts_at_once_stands()
    {
        for (var round = 0; round < 20; round++)
        {
            var id = NewId();
            var token = await LeaseAsync(id);
            int[] versions = [.. Enumerable.Range(1, 20)];
            Random.Shared.Shuffle(versions);

            await PutAsync(id, 1, token);
            await Task.WhenAll(versions.Select(version => PutAsync(id, version, null)));

            Assert.That(await VersionAsync(id), Is.EqualTo(20));
        }
    }

    [TestCase(1, PutResult.Rejected, null)]
    [TestCase(2, PutResult.Rejected, null)]
    [TestCase(3, PutResult.Stored, 3)]
    [TestCase(4, PutResult.Stored, 4)]
    [TestCase(20, PutResult.Stored, 20)]
    public async Task What_others_have_read_meanwhile_is_the_floor_of_a_lease(int version, PutResult result, int? seen)
    {
        var id = NewId();
        var token = await LeaseAsync(id);
        Assert.That(await PutAsync(id, 3, null), Is.EqualTo(PutResult.Rejected));
        Assert.That(await PutAsync(id, 2, null), Is.EqualTo(PutResult.Rejected),
            "an older version does not lower the floor");

        Assert.That(await PutAsync(id, version, token), Is.EqualTo(result));
        Assert.That(await VersionAsync(id), Is.EqualTo(seen));
        Assert.That(await Redis.KeyExistsAsync(KeysOf(id).Lease(id)), Is.False,
            "the lease is spent, or useless because of its floor");
    }

    [Test]
    public async Task A_token_of_another_holder_raises_the_floor_and_leaves_the_lease()
    {
        var id = NewId();
        var lapsed = await LeaseAsync(id);
        var token = await LeaseAsync(id, LeaseHolder.Writer);

        Assert.That(await PutAsync(id, 9, lapsed), Is.EqualTo(PutResult.Rejected));
        Assert.That(
            await Redis.KeyTimeToLiveAsync(KeysOf(id).Lease(id)), Is.GreaterThan(TimeSpan.Zero),
            "the lease lapses as before");
        Assert.That(await PutAsync(id, 10, token), Is.EqualTo(PutResult.Stored),
            "the script compares 9 and 10 as numbers");
    }

    [Test]
    public async Task A_floor_goes_with_its_lease()
    {
        var id = NewId();
        await LeaseAsync(id);
        await PutAsync(id, 9, null);
        var token = await LeaseAsync(id, LeaseHolder.Writer);

        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Stored),
            "a holder that begins later reads later");
    }

    [TestCaseSource(nameof(Unreadable))]
    public async Task An_unreadable_entry_counts_as_absent(Nonsense nonsense)
    {
        var id = NewId();
        await nonsense.Write(Redis, KeysOf(id).Entry(id));

        Assert.That(await Cache.GetAsync(id), Is.EqualTo(CacheRead<OrderSnapshot>.Miss));
        Assert.That(await PutAsync(id, 5, null), Is.EqualTo(PutResult.Rejected));
        var token = await LeaseAsync(id, LeaseHolder.Reader);
        Assert.That(token, Is.Not.Null);
        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Stored));
        Assert.That(await VersionAsync(id), Is.EqualTo(1));
        Assert.That(await Redis.KeyTypeAsync(KeysOf(id).Entry(id)), Is.EqualTo(RedisType.String));
    }

    [TestCaseSource(nameof(Unreadable))]
    public async Task A_put_over_an_unreadable_entry_spends_the_lease(Nonsense nonsense)
    {
        var id = NewId();
        await nonsense.Write(Redis, KeysOf(id).Entry(id));
        var token = await LeaseAsync(id);
        await PutAsync(id, 1, token);
        await Redis.KeyDeleteAsync(KeysOf(id).Entry(id));

        Assert.That(await VersionAsync(id), Is.Null, "the unreadable entry is gone");
        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Rejected));
    }

    [TestCase(1, PutResult.Stored, 2)]
    [TestCase(2, PutResult.Stored, 2)]
    [TestCase(3, PutResult.Superseded, null)]
    public async Task An_entry_of_another_layout_is_a_miss_and_its_version_counts(
        int there, PutResult result, int? seen)
    {
        var id = NewId();
        await Redis.StringSetAsync(KeysOf(id).Entry(id), ProvenEntry.Of(id, layout: 99, version: there));

        Assert.That(await Cache.GetAsync(id), Is.EqualTo(CacheRead<OrderSnapshot>.Miss));
        Assert.That(await PutAsync(id, 2, null), Is.EqualTo(result));
        Assert.That(await VersionAsync(id), Is.EqualTo(seen));
    }

    [Test]
    public async Task A_dropped_order_is_absent_and_so_is_its_lease()
    {
        var id = await StoredAsync(3);

        Assert.That(await Cache.DropAsync(id, [CacheTags.Seller("alpha")]), Is.True);
        Assert.That(await VersionAsync(id), Is.Null);

        var token = await LeaseAsync(id);
        Assert.That(await Cache.DropAsync(id, [CacheTags.Seller("alpha")]), Is.True,
            "a drop also works where there is no entry");
        Assert.That(await PutAsync(id, 1, token), Is.EqualTo(PutResult.Rejected),
            "what the holder read before the drop may be older than the version that could not be put");
    }

    [TestCase(9)]
    [TestCase(1)]
    public async Task A_corrupted_version_counts_for_nothing(int spoiled)
    {
        var id = await StoredAsync(5);
        await SpoilAsync(id, spoiled);

        Assert.That(await Cache.GetAsync(id), Is.EqualTo(CacheRead<OrderSnapshot>.Miss));
        Assert.That(await PutAsync(id, 4, null), Is.EqualTo(PutResult.Rejected),
            "a put does not win over an entry whose version is corrupted");
        await SpoilAsync(id, spoiled);
        Assert.That(await PutAsync(id, 6, null), Is.EqualTo(PutResult.Rejected),
            "a put does not yield to an entry whose version is corrupted: the writer must refresh");
        await SpoilAsync(id, spoiled);
        Assert.That(await PutAsync(id, 6, await LeaseAsync(id, LeaseHolder.Writer)), Is.EqualTo(PutResult.Stored));
        Assert.That(await VersionAsync(id), Is.EqualTo(6));
    }

    [Test]
    public async Task An_entry_that_is_not_proven_is_removed()
    {
        var id = await StoredAsync(5);
        await SpoilAsync(id, 9);

        await PutAsync(id, 6, null);

        Assert.That(await Redis.KeyExistsAsync(KeysOf(id).Entry(id)), Is.False);
    }

    [Test]
    public async Task An_entry_of_another_order_counts_for_nothing()
    {
        var (id, other) = (await StoredAsync(1), await StoredAsync(9));
        await Redis.StringSetAsync(KeysOf(id).Entry(id), await Redis.StringGetAsync(KeysOf(other).Entry(other)));

        Assert.That(await PutAsync(id, 2, await LeaseAsync(id)), Is.EqualTo(PutResult.Stored));
        Assert.That(await VersionAsync(id), Is.EqualTo(2));
    }

    [Test]
    public async Task A_corrupted_payload_keeps_older_versions_out_and_no_others()
    {
        var id = await StoredAsync(5);
        var entry = (string)(await Redis.StringGetAsync(KeysOf(id).Entry(id)))!;
        await Redis.StringSetAsync(KeysOf(id).Entry(id), $"{entry[..^2]}[]");

        Assert.That(await Cache.GetAsync(id), Is.EqualTo(CacheRead<OrderSnapshot>.Miss));
        Assert.That(await PutAsync(id, 4, null), Is.EqualTo(PutResult.Superseded));
        Assert.That(await PutAsync(id, 5, null), Is.EqualTo(PutResult.Stored));
        Assert.That(await VersionAsync(id), Is.EqualTo(5));
    }

    [Test]
    public async Task A_corrupted_character_in_the_first_line_of_an_entry_is_always_noticed()
    {
        var id = await StoredAsync(5);
        var entry = (string)(await Redis.StringGetAsync(KeysOf(id).Entry(id)))!;
        var line = entry[..entry.IndexOf('\n', StringComparison.Ordinal)];
        var checksum = line.LastIndexOf(' ');
        for (var at = "MES 3 ".Length; at < checksum; at++)
        {
            var spoiled = line[at] switch { ' ' => '_', 'f' => '0', _ => (char)(line[at] + 1) };
            await Redis.StringSetAsync(KeysOf(id).Entry(id), $"{entry[..at]}{spoiled}{entry[(at + 1)..]}");

            Assert.That(await PutAsync(id, 4, null), Is.EqualTo(PutResult.Rejected), $"the {at}th character");
        }
    }

    [TestCase(0, PutResult.Rejected)]
    [TestCase(9, PutResult.Rejected)]
    public async Task A_lease_with_a_corrupted_floor_is_no_lease(int spoiled, PutResult result)
    {
        var id = NewId();
        var token = await LeaseAsync(id);
        await PutAsync(id, 3, null);
        var lease = (string)(await Redis.StringGetAsync(KeysOf(id).Lease(id)))!;
        await Redis.StringSetAsync(KeysOf(id).Lease(id), $"{lease[..^1]}{spoiled}");

        Assert.That(await PutAsync(id, 2, token), Is.EqualTo(result));
        Assert.That(await VersionAsync(id), Is.Null);
        Assert.That(await LeaseAsync(id), Is.Not.Null, "the next reader gets a lease of its own");
    }

    [TestCaseSource(nameof(UnreadableLeases))]
    public async Task An_unreadable_lease_counts_as_none(Nonsense nonsense)
    {
        var id = NewId();
        await nonsense.Write(Redis, KeysOf(id).Lease(id));

        Assert.That(await PutAsync(id, 1, null), Is.EqualTo(PutResult.Rejected));
        Assert.That(await PutAsync(id, 1, new LeaseToken(new string('a', 32))), Is.EqualTo(PutResult.Rejected));
        Assert.That(await PutAsync(id, 1, await LeaseAsync(id, LeaseHolder.Reader)), Is.EqualTo(PutResult.Stored));
        Assert.That(await VersionAsync(id), Is.EqualTo(1));
    }

    [Test]
    public async Task An_unreadable_lease_does_not_hold_up_a_put_by_version()
    {
        var id = await StoredAsync(1);
        await Redis.HashSetAsync(KeysOf(id).Lease(id), "field", "value");

        Assert.That(await PutAsync(id, 2, null), Is.EqualTo(PutResult.Stored));
        Assert.That(await Redis.KeyExistsAsync(KeysOf(id).Lease(id)), Is.False);
    }

    [Test]
    public async Task Entries_of_terminal_orders_expire_and_those_of_active_ones_do_not([Values] OrderStatus status)
    {
        var id = NewId();
        await Cache.PutAsync(Order(id, 1, status), await LeaseAsync(id), NoTags);

        var left = await Redis.KeyTimeToLiveAsync(KeysOf(id).Entry(id));

        if (status.IsTerminal())
        {
            Assert.That(left, Is.GreaterThan(TimeSpan.FromHours(23)).And.LessThanOrEqualTo(TimeSpan.FromDays(1)));
        }
        else
        {
            Assert.That(left, Is.Null);
        }
    }

    [Test]
    public async Task The_engine_forgets_its_scripts_and_learns_them_again()
    {
        var id = NewId();
        await StoredAsync(1);
        await Redis.ExecuteAsync("SCRIPT", "FLUSH");

        Assert.That(await PutAsync(id, 1, await LeaseAsync(id)), Is.EqualTo(PutResult.Stored));
        Assert.That((await TaggedCache.ReadAsync("scripts", ["scripts"])).Stamps, Is.Not.Null);
    }

    private static IEnumerable<Nonsense> UnreadableLeases =>
    [
        Nonsense.Text("empty", ""),
        Nonsense.Text("not ours", "somebody else's"),
        Nonsense.Text("a token without a floor", new string('a', 32)),
        Nonsense.Text("a floor that is no number", new string('a', 32) + " x"),
        Nonsense.Text("without a proof, as older versions of the service wrote it", new string('a', 32) + " 0"),
        Nonsense.Text("with another one's proof", new string('a', 40) + " 0"),
        .. Nonsense.OtherTypes,
    ];

    private static IEnumerable<Nonsense> Unreadable =>
    [
        Nonsense.Text("empty", ""),
        Nonsense.Text("not ours", "somebody else's"),
        Nonsense.Text("JSON alone", """{"version":9}"""),
        Nonsense.Text("magic alone", "MES"),
        Nonsense.Text("another magic", "XES 1 9 2 alpha SUBMITTED 1\n{}"),
        Nonsense.Text("magic further back", " MES 1 9 2 alpha SUBMITTED 1\n{}"),
        Nonsense.Text("no end of the line", "MES 1 9 2 alpha SUBMITTED 1"),
        Nonsense.Text("cut short", "MES 1 9 20 alpha SUBMITTED 1\n{}"),
        Nonsense.Text("too long", "MES 1 9 2 alpha SUBMITTED 1\n{}{}"),
        Nonsense.Text("no version", "MES 1 x 2 alpha SUBMITTED 1\n{}"),
        Nonsense.Text("a negative version", "MES 1 -9 2 alpha SUBMITTED 1\n{}"),
        Nonsense.Text("no length", "MES 1 9 x alpha SUBMITTED 1\n{}"),
        Nonsense.Text("a version that no order has", "MES 1 99999999999 2 alpha SUBMITTED 1\n{}"),
        Nonsense.Text("without a proof, as older versions of the service wrote it",
            "MES 2 9 2 alpha SUBMITTED 1 0 0 12345678\n{}"),
        Nonsense.Text("with the proof of another line", "MES 3 9 2 alpha SUBMITTED 1 0 0 12345678 12345678\n{}"),
        Nonsense.Text("a line without end", "MES 1 9 2 " + new string('a', 1000)),
        .. Nonsense.OtherTypes,
    ];

    private CacheEpoch KeysOf(Guid id) => _host!.Services.GetRequiredService<KeySpace>().Require(id);

    private static Guid NewId() => Commands.NewOrderId();

    private static OrderSnapshot Order(
        Guid id, int version, OrderStatus status = OrderStatus.Submitted, string json = "{}") =>
        new(id, version, "alpha", status, ChangedAt, ChangedAt, ChangedAt, Encoding.UTF8.GetBytes(json));

    private async Task<LeaseToken> LeaseAsync(Guid id, LeaseHolder holder = LeaseHolder.Reader) =>
        await Cache.BeginAsync(id, holder) ?? throw new InvalidOperationException("No lease was given.");

    private Task<PutResult> PutAsync(Guid id, int version, LeaseToken? token) =>
        Cache.PutAsync(Order(id, version), token, NoTags).AsTask();

    /// <summary>Leaves the entry as version 5 was stored, except for the version in its first line.</summary>
    private async Task SpoilAsync(Guid id, int version)
    {
        var entry = Encoding.UTF8.GetString(EntryCodec.Encode(Order(id, 5)));
        await Redis.StringSetAsync(KeysOf(id).Entry(id), ProvenEntry.WithVersion(entry, version));
    }

    private async Task<int?> VersionAsync(Guid id) => (await Cache.GetAsync(id)).Hit?.Version;

    private Task<Guid> StoredAsync(int version) => StoredAsync(version, NewId());

    private async Task<Guid> StoredAsync(int version, Guid id)
    {
        Assert.That(await PutAsync(id, version, await LeaseAsync(id)), Is.EqualTo(PutResult.Stored));
        return id;
    }
}
