using System.Globalization;
using System.Security.Cryptography;
using MediatR;
using Mes.Application.Board.GetBoard;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Outbox;
using Mes.Infrastructure.Persistence;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using NUnit.Framework;
using StackExchange.Redis;
using Order = Mes.Domain.Orders.Order;
using Role = Mes.Domain.Callers.Role;

namespace Mes.Tests.Caching;

/// <summary>
/// What the board and the lists promise, whatever engine is behind them. From the cache they are the same as from the
/// database, page by page and cursor by cursor. What is lost or corrupted comes back by itself.
/// </summary>
[NonParallelizable]
internal abstract class IndexContract
{
    private const int All = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly Caller Beta = new(Role.Seller, "beta");

    /// <summary>
    /// An hour ago, because the cache does not keep entries of orders that ended more than a day ago.
    /// </summary>
    private static readonly DateTimeOffset Start =
        DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds());

    private static readonly OrderStatus[][] StatusFilters =
    [
        [],
        [OrderStatus.Submitted],
        [OrderStatus.Closed, OrderStatus.Submitted],
        [OrderStatus.Packaging, OrderStatus.Packaging],
        [.. OrderStatuses.All],
    ];

    private static readonly DateTimeOffset?[] Since =
    [
        null,
        Start.AddDays(-1),
        Start.AddMilliseconds(3),
        Start.AddMilliseconds(3).AddTicks(1),
        Start.AddMilliseconds(3).AddTicks(-1),
        Start.AddDays(1),
    ];

    private IAsyncDisposable? _engine;
    private MesHost? _host;
    private ConnectionMultiplexer? _connection;
    private int _sellers;

    private IDatabase Redis => _connection!.GetDatabase();

    private CacheEpoch Keys => _host!.Services.GetRequiredService<KeySpace>().Require();

    private RedisKey BoardKey => Keys.Index(IndexGroup.Board, IndexKind.Board);

    /// <returns>The engine and its connection string.</returns>
    protected abstract Task<(IAsyncDisposable Engine, string ConnectionString)> StartEngineAsync();

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        (_engine, var address) = await StartEngineAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync($"{address},allowAdmin=true");
        _host = await MesHost.StartEmbeddedAsync(
            [$"--ConnectionStrings:Redis={address}", "--Mes:Cache:ReadTimeout=00:00:10", "--Mes:Cache:MaxCopyBytes=0"],
            // No copies are kept, because these tests are about the content of the engine.
            builder => builder.Services
                .Replace(ServiceDescriptor.Singleton<TimeProvider>(new UnhurriedClock()))
                .DoNotStart<OutboxRelay>());
        await Eventually.IsTrue(() => _host!.Services.GetRequiredService<KeySpace>().TryGetEpoch(out _, out _), Limit,
            "the cache may be used");

        // Few times and many orders, so that most pages begin and end among orders of one millisecond.
        await StoreAsync(
        [
            .. Enumerable.Range(0, 60).Select(i => StoredOrders.Of(
                Commands.Alpha, OrderStatuses.All[i % 10], Start.AddMilliseconds(i % 4),
                    Start.AddMilliseconds(2 + (i % 3)), Start.AddMilliseconds(4 + (i / 30)))),
            .. Enumerable.Range(0, 9)
                .Select(i => StoredOrders.Of(Beta, OrderStatuses.All[i % 10], Start.AddMilliseconds(i % 2))),
        ]);
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_host, _connection, _engine);

    [Test]
    public async Task A_list_is_the_same_as_from_the_database_page_by_page(
        [Values("-updatedAt", "updatedAt", "-createdAt", "createdAt")] string sort, [Values(1, 7, 60, 100)] int limit)
    {
        var indexed = 0;
        foreach (var query in Lists(sort, limit).Where(IsIndexed))
        {
            indexed++;
            var fromCache = await PagesAsync(query, HitAsync);
            Assert.That(fromCache, Is.EqualTo(await PagesAsync(query, FromDatabaseAsync)), Describe(query));
            Assert.That(fromCache.SelectMany(page => page.Orders.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
                Is.Unique);
        }

        Assert.That(indexed, Is.GreaterThanOrEqualTo(2));
    }

    [Test]
    public async Task What_no_index_is_sorted_by_comes_from_the_database(
        [Values("-updatedAt", "updatedAt", "-createdAt", "createdAt")] string sort)
    {
        var all = Lists(sort, 7).Where(query => !IsIndexed(query))
            .Append(List(sort, 7) with { ExternalId = "unknown" });
        foreach (var query in all)
        {
            var (answer, report) = await QueryAsync(query);
            Assert.That(
                (report.Outcome, report.Detail), Is.EqualTo((CacheOutcome.Bypass, "not-indexed")), Describe(query));
            Assert.That(Page(answer), Is.EqualTo(Page(await FromDatabaseAsync(query))), Describe(query));
        }
    }

    [Test]
    public async Task The_board_is_the_same_as_from_the_database([Values(1, 3, 100)] int limit)
    {
        var fromCache = await HitAsync(new GetBoard(limit));
        var fromDatabase = await FromDatabaseAsync(new GetBoard(limit));

        Assert.That(fromCache.Counts, Is.EqualTo(fromDatabase.Counts));
        Assert.That(fromCache.Columns.Select(column => column.Status), Is.EqualTo(OrderStatuses.Active));
        foreach (var (column, expected) in fromCache.Columns.Zip(fromDatabase.Columns))
        {
            Assert.That(column.Items.Select(Text), Is.EqualTo(expected.Items.Select(Text)));
            Assert.That(column.Items, Has.Count.EqualTo(Math.Min(limit, fromCache.Counts[column.Status])));
        }
    }

    [Test]
    public async Task A_column_is_the_same_as_from_the_database_and_its_count_is_that_of_its_cards(
        [Values(BoardSort.Oldest, BoardSort.Newest)] BoardSort sort, [Values(1, 2, 5, 100)] int limit)
    {
        var board = await HitAsync(new GetBoard(1));
        foreach (var status in OrderStatuses.Active)
        {
            var query = new GetBoardColumn(Commands.Crm, status, sort, limit, null);

            var fromCache = await PagesAsync(query, HitAsync);

            Assert.That(fromCache, Is.EqualTo(await PagesAsync(query, FromDatabaseAsync)), $"{query}");
            Assert.That(fromCache.Select(page => page.Count), Is.All.EqualTo(board.Counts[status]));
            Assert.That(fromCache.Sum(page => page.Cards), Is.EqualTo(board.Counts[status]));
        }
    }

    [Test]
    public async Task Orders_that_do_not_move_are_on_one_page_each_while_others_move(
        [Values("-updatedAt", "updatedAt", "-createdAt", "createdAt")] string sort)
    {
        var seller = NewSeller();
        var ids = await SubmittedAsync(seller, 24);
        var query = List(sort, 5) with { Caller = seller };
        await UntilHitAsync(query);

        var (seen, moved) = await PageWhileMovingAsync<ListOrders, OrderPage>(
            query, ids, page => page.Items, page => page.Next, (q, cursor) => q with { Cursor = cursor });

        Assert.That(seen.Where(id => !moved.Contains(id)), Is.EquivalentTo(ids.Except(moved)));
        if (sort.EndsWith("createdAt", StringComparison.Ordinal))
        {
            Assert.That(seen, Is.EquivalentTo(ids), "a submission keeps its place");
        }
    }

    [Test]
    public async Task Cards_that_do_not_move_are_on_one_page_each_while_others_move(
        [Values(BoardSort.Oldest, BoardSort.Newest)] BoardSort sort)
    {
        var ids = await SubmittedAsync(NewSeller(), 24);
        var query = new GetBoardColumn(Commands.Crm, OrderStatus.Submitted, sort, 5, null);
        await UntilHitAsync(query);

        var (seen, moved) = await PageWhileMovingAsync<GetBoardColumn, BoardColumnPage>(
            query, ids, page => page.Items, page => page.Next, (q, cursor) => q with { Cursor = cursor });

        Assert.That(seen.Where(id => ids.Contains(id) && !moved.Contains(id)), Is.EquivalentTo(ids.Except(moved)));
        Assert.That(seen, Is.Unique);
    }

    [Test]
    public async Task A_page_may_come_from_the_cache_and_the_next_from_the_database_and_back(
        [Values("-updatedAt", "updatedAt", "-createdAt", "createdAt")] string sort)
    {
        var expected = await PagesAsync(List(sort, 4), FromDatabaseAsync);
        var turn = 0;

        var found = await PagesAsync(
            List(sort, 4), query => turn++ % 2 == 0 ? HitAsync(query) : FromDatabaseAsync(query));

        Assert.That(found, Is.EqualTo(expected));
    }

    [Test]
    public async Task Of_another_seller_nothing_is_seen_even_if_it_stands_in_the_index()
    {
        Assert.That((await HitAsync(List("-updatedAt", All) with { Caller = Beta })).Items.Select(order =>
            order.SellerId), Is.All.EqualTo(Beta.Id));
        var seller = NewSeller();
        await SubmittedAsync(seller, 2);
        var query = List("-updatedAt", All) with { Caller = seller };
        await UntilHitAsync(query);
        var foreign = (await HitAsync(List("-updatedAt", 1))).Items[0];

        await Redis.SortedSetAddAsync(Keys.Index(new IndexGroup(seller.Id), IndexKind.SellerByChange),
            OrderMember.Of(foreign.Id), IndexScore.Time(foreign.UpdatedAt));

        var answer = await MissAsync(query);
        Assert.That(answer.Items.Select(order => order.SellerId), Is.All.EqualTo(seller.Id).And.Exactly(2).Items);
        await UntilHitAsync(query);
        Assert.That((await HitAsync(query)).Items.Select(order => order.SellerId),
            Is.All.EqualTo(seller.Id).And.Exactly(2).Items);
    }

    [TestCase("somebody else's")]
    [TestCase("----------------------", TestName =
        "A_member_of_an_order_that_does_not_exist_is_no_order_and_goes_away")]
    public async Task A_member_that_is_no_order_goes_away(string member)
    {
        var (before, _) = await QueryAsync(new GetBoard(All));
        await UntilHitAsync(new GetBoard(All));

        await Redis.SortedSetAddAsync(BoardKey, member, IndexScore.Base(OrderStatus.Submitted) + 1);

        var answer = await MissAsync(new GetBoard(All));
        Assert.That(answer.Counts[OrderStatus.Submitted], Is.EqualTo(before.Counts[OrderStatus.Submitted]));
        await UntilHitAsync(new GetBoard(All));
        Assert.That((await HitAsync(new GetBoard(All))).Counts, Is.EqualTo(before.Counts));
    }

    [TestCaseSource(nameof(Spoiled))]
    public async Task A_spoiled_index_is_built_anew(Nonsense nonsense)
    {
        var seller = NewSeller();
        var ids = await SubmittedAsync(seller, 3);
        var query = List("-updatedAt", All) with { Caller = seller };
        await UntilHitAsync(query);

        foreach (var (i, index) in Keys.Indexes(new IndexGroup(seller.Id)).Index())
        {
            await Redis.KeyDeleteAsync(index);
            await nonsense.Write(Redis, index);
            Assert.That((await QueryAsync(query)).Answer.Items.Select(order => order.Id), Is.EquivalentTo(ids),
                "never \"no orders\"");
            await ChangeAsync(Commands.Price(ids[i]));
            foreach (var sort in new[] { "-updatedAt", "-createdAt" })
            {
                await UntilHitAsync(query with { Sort = OrderSort.Find(sort)! });
            }

            await UntilHitAsync(query with { Statuses = [OrderStatus.PriceCalculated] });
        }

        await IsAsInTheDatabaseAsync(query with { Statuses = [OrderStatus.PriceCalculated] });
        await IsAsInTheDatabaseAsync(query);
    }

    [TestCaseSource(nameof(Unreadable))]
    public async Task A_list_comes_back_where_an_entry_is_not_readable(Nonsense? nonsense)
    {
        var seller = NewSeller();
        var ids = await SubmittedAsync(seller, 3);
        var query = List("-updatedAt", All) with { Caller = seller };
        await UntilHitAsync(query);

        await Redis.KeyDeleteAsync(Keys.Entry(ids[1]));
        await (nonsense?.Write(Redis, Keys.Entry(ids[1])) ?? Task.CompletedTask);

        var answer = await MissAsync(query);
        Assert.That(answer.Items.Select(order => order.Id), Is.EquivalentTo(ids));
        await UntilHitAsync(query);
        await IsAsInTheDatabaseAsync(query);
    }

    [Test]
    public async Task An_evicted_entry_is_put_back_by_one_miss()
    {
        var seller = NewSeller();
        var ids = await SubmittedAsync(seller, 3);
        var query = List("-updatedAt", All) with { Caller = seller };
        await UntilHitAsync(query);
        await Redis.KeyDeleteAsync([.. ids.Select(id => Keys.Entry(id))]);

        await MissAsync(query);

        await Eventually.IsTrue(
            async () => await Redis.KeyExistsAsync([.. ids.Select(id => Keys.Entry(id))]) == ids.Length, Limit,
                "all entries are put back after the answer");
        await IsAsInTheDatabaseAsync(query);
    }

    [Test]
    public async Task Orders_that_ended_longer_ago_than_a_day_are_in_the_list_and_their_entries_only_once_asked_for()
    {
        var seller = NewSeller();
        var old = StoredOrders.Of(seller, OrderStatus.Closed, Start.AddDays(-3), Start.AddDays(-2));
        var active = StoredOrders.Of(seller, OrderStatus.Packaging, Start.AddDays(-3), Start.AddDays(-2));
        var fresh = StoredOrders.Of(seller, OrderStatus.Closed, Start.AddDays(-3), Start);
        await _host!.Services.GetRequiredService<IDbContextFactory<MesDbContext>>().InsertAsync([old, active, fresh]);
        var query = List("-updatedAt", All) with { Caller = seller };
        Assert.That((await QueryAsync(query)).Answer.Items, Has.Count.EqualTo(3));
        var byChange = Keys.Index(new IndexGroup(seller.Id), IndexKind.SellerByChange);
        await Eventually.IsTrue(
            async () => await Redis.SortedSetScoreAsync(byChange, "whole") is not null, Limit, "the index is whole");

        Assert.That(await Redis.SortedSetScoreAsync(byChange, OrderMember.Of(old.Id)),
            Is.EqualTo(old.UpdatedAt.ToUnixTimeMilliseconds()));
        Assert.That(await Redis.KeyExistsAsync(Keys.Entry(old.Id)), Is.False);
        Assert.That(await Redis.KeyExistsAsync(Keys.Entry(active.Id)), Is.True);
        Assert.That(await Redis.KeyExistsAsync(Keys.Entry(fresh.Id)), Is.True);
        Assert.That((await HitAsync(query with { Statuses = [OrderStatus.Packaging] })).Items.Single().Id,
            Is.EqualTo(active.Id), "a page without it is a hit");

        await MissAsync(query);
        await UntilHitAsync(query);
        await IsAsInTheDatabaseAsync(query);
        Assert.That(await Redis.KeyTimeToLiveAsync(Keys.Entry(old.Id)), Is.GreaterThan(TimeSpan.Zero),
            "the entry expires after a day");
    }

    [Test]
    public async Task A_sellers_indexes_expire_a_day_after_the_last_read_and_come_back_and_the_board_stays()
    {
        var seller = NewSeller();
        await SubmittedAsync(seller, 2);
        var query = List("-updatedAt", All) with { Caller = seller };
        await UntilHitAsync(query);
        var indexes = Keys.Indexes(new IndexGroup(seller.Id));
        foreach (var index in indexes)
        {
            Assert.That(await Redis.KeyTimeToLiveAsync(index),
                Is.GreaterThan(TimeSpan.FromHours(12)).And.LessThanOrEqualTo(TimeSpan.FromDays(1)));
        }

        await UntilHitAsync(new GetBoard(1));
        Assert.That(await Redis.KeyTimeToLiveAsync(BoardKey), Is.Null);

        await Redis.KeyExpireAsync(indexes[0], TimeSpan.FromHours(1));
        await HitAsync(query);
        Assert.That(await Redis.KeyTimeToLiveAsync(indexes[0]), Is.GreaterThan(TimeSpan.FromHours(12)),
            "the read has extended its life");

        await Redis.KeyExpireAsync(indexes[0], TimeSpan.FromMilliseconds(1));
        await Eventually.IsTrue(async () => !await Redis.KeyExistsAsync(indexes[0]), Limit, "it expires");
        var id = (await SubmittedAsync(seller, 1)).Single();
        Assert.That(await Redis.KeyExistsAsync(indexes[0]), Is.False, "a put begins no index");
        var answer = await MissAsync(query);
        Assert.That(answer.Items, Has.Count.EqualTo(3));
        await UntilHitAsync(query);
        Assert.That((await HitAsync(query)).Items.Select(order => order.Id), Has.Member(id));
    }

    [Test]
    public async Task A_change_gives_every_index_that_it_writes_into_a_stamp_that_none_had_before()
    {
        var seller = NewSeller();
        var id = (await SubmittedAsync(seller, 1)).Single();
        await UntilHitAsync(List("-updatedAt", All) with { Caller = seller });
        await UntilHitAsync(new GetBoard(1));
        RedisKey[] indexes = [BoardKey, .. Keys.Indexes(new IndexGroup(seller.Id))];
        List<string> seen = [.. await StampsAsync()];

        foreach (
            var command in new[] { Commands.Price(id), Commands.Approve(id), Commands.Claim(id), Commands.Release(id) })
        {
            await ChangeAsync(command);
            seen.AddRange(await StampsAsync());
        }

        Assert.That(seen, Has.Count.EqualTo(5 * indexes.Length).And.Unique.And.All.Match(" -[0-9]+$"));

        // Read the stamps as the scripts see them: the engine's notation of such a number is part of the comparison.
        Task<string[]> StampsAsync() => Task.WhenAll(indexes.Select(async index =>
            $"{index} {await Redis.ScriptEvaluateAsync("return redis.call('ZSCORE', KEYS[1], 'whole')", [index])}"));
    }

    [TestCase("{0} {1}", TestName = "{m}(as_older_versions_of_the_service_wrote_it)")]
    [TestCase("00000000 {0} {1}", TestName = "{m}(without_its_proof)")]
    public async Task The_progress_of_a_builder_that_is_not_proven_leaves_out_no_order(string note)
    {
        var (query, ids) = await BegunElsewhereAsync(
            (mark, far) => string.Format(CultureInfo.InvariantCulture, note, mark, far));

        await UntilHitAsync(query);

        Assert.That((await HitAsync(query)).Items.Select(order => order.Id), Is.EquivalentTo(ids));
    }

    [Test]
    public async Task The_next_builder_continues_where_the_proven_progress_ends()
    {
        var (query, _) = await BegunElsewhereAsync((mark, far) =>
            $"{Convert.ToHexStringLower(SHA1.HashData(System.Text.Encoding.ASCII.GetBytes($"{mark} {far}")))[..8]} {mark} {far}");

        await UntilHitAsync(query);

        Assert.That((await HitAsync(query)).Items, Is.Empty,
            "the new builder trusts that the stopped one has put the orders up to there");
    }

    [TestCase(-1, TestName = "{m}(for_ever)")]
    [TestCase(3_600_000, TestName = "{m}(for_an_hour)")]
    public async Task A_builder_whose_key_never_expires_or_too_late_is_none(int milliseconds)
    {
        var seller = NewSeller();
        var ids = await SubmittedAsync(seller, 2);
        await Redis.StringSetAsync(
            Keys.Builder(new IndexGroup(seller.Id)), "somebody else's", milliseconds < 0
                ? Expiration.Default
                : new Expiration(TimeSpan.FromMilliseconds(milliseconds)));
        var query = List("-updatedAt", All) with { Caller = seller };

        await UntilHitAsync(query);

        Assert.That((await HitAsync(query)).Items.Select(order => order.Id), Is.EquivalentTo(ids));
    }

    [Test]
    public async Task An_order_in_a_wrong_place_of_an_index_is_moved_to_the_right_one()
    {
        var seller = NewSeller();
        var id = (await SubmittedAsync(seller, 1)).Single();
        var query = List("-updatedAt", All) with { Caller = seller, Statuses = [OrderStatus.Packaging] };
        await UntilHitAsync(query);

        await Redis.SortedSetAddAsync(
            Keys.Index(new IndexGroup(seller.Id), IndexKind.SellerByStatus), OrderMember.Of(id),
                IndexScore.Base(OrderStatus.Packaging) + 1);

        var (answer, report) = await QueryAsync(query);
        Assert.That((answer.Items.Count, report.Outcome), Is.EqualTo((0, CacheOutcome.Miss)));
        await UntilHitAsync(query);
        Assert.That((await HitAsync(query)).Items, Is.Empty);
        Assert.That(
            (await HitAsync(query with { Statuses = [OrderStatus.Submitted] })).Items.Single().Id, Is.EqualTo(id));
    }

    [Test]
    public async Task An_index_without_orders_expires_a_minute_after_the_last_read()
    {
        var seller = NewSeller();
        var query = List("-updatedAt", All) with { Caller = Commands.Crm, SellerId = seller.Id };
        await UntilHitAsync(query);
        var indexes = Keys.Indexes(new IndexGroup(seller.Id));
        Assert.That(await LongestAsync(), Is.LessThanOrEqualTo(TimeSpan.FromMinutes(1)));
        await HitAsync(query);
        Assert.That(await LongestAsync(), Is.LessThanOrEqualTo(TimeSpan.FromMinutes(1)),
            "a second read does not extend it further");
        Assert.That(
            await Redis.KeyExistsAsync(
                [Keys.Builder(new IndexGroup(seller.Id)), Keys.Progress(new IndexGroup(seller.Id))]), Is.Zero);

        await Redis.KeyExpireAsync(indexes[0], TimeSpan.FromSeconds(20));
        await HitAsync(query);
        Assert.That(
            await Redis.KeyTimeToLiveAsync(indexes[0]), Is.GreaterThan(TimeSpan.FromSeconds(30)),
            "a read extends the life of the index");

        await SubmittedAsync(seller, 1);
        await HitAsync(query);
        Assert.That(await Redis.KeyTimeToLiveAsync(indexes[0]), Is.GreaterThan(TimeSpan.FromHours(12)),
            "the index has an order now");

        async Task<TimeSpan> LongestAsync() =>
            (await Task.WhenAll(indexes.Select(index => Redis.KeyTimeToLiveAsync(index)))).Max() ?? TimeSpan.MaxValue;
    }

    [Test]
    public async Task A_seller_without_orders_has_an_empty_list_which_is_a_hit()
    {
        var query = List("-updatedAt", All) with { Caller = NewSeller() };
        await MissAsync(query);

        await UntilHitAsync(query);

        Assert.That((await HitAsync(query)).Items, Is.Empty);
    }

    private static IEnumerable<Nonsense> Spoiled =>
    [
        new("an empty set", (_, _) => Task.CompletedTask),
        new("a sorted set without a sentinel", (redis, key) =>
            redis.SortedSetAddAsync(key, OrderMember.Of(Commands.NewOrderId()), 1)),
        Nonsense.Text("a text", "whole"),
        .. Nonsense.OtherTypes,
    ];

    private static IEnumerable<TestCaseData> Unreadable =>
    [
        new TestCaseData(null).SetArgDisplayNames("evicted"),
        .. new[]
        {
            Nonsense.Text("empty", ""),
            Nonsense.Text("not ours", "somebody else's"),
            Nonsense.Text("cut short", "MES 1 9 20 alpha SUBMITTED 1\n{}"),
            Nonsense.Text("the layout is ours, but only the scripts find a version",
                $"MES {EntryCodec.Layout} 9 2 alpha OPEN 1 0 0\n{{}}"),
        }.Concat(Nonsense.OtherTypes).Select(nonsense => new TestCaseData(nonsense)),
    ];

    private static ListOrders List(string sort, int limit) =>
        new(Commands.Alpha, [], null, null, null, OrderSort.Find(sort)!, limit, null);

    /// <summary>All filters. Small pages are asked for only with some of them.</summary>
    private static IEnumerable<ListOrders> Lists(string sort, int limit) =>
        from statuses in StatusFilters
        from since in Since
        from query in new[]
        {
            List(sort, limit),
            List(sort, limit) with { Caller = Commands.Crm, SellerId = "beta" },
            List(sort, limit) with { Caller = Commands.Anna },
        }
        where limit > 1 || (since is null && statuses.Length < 3)
        select query with { Statuses = statuses, UpdatedSince = since };

    private static bool IsIndexed(ListOrders query) =>
        (query.Caller.Role == Role.Seller || query.SellerId is not null)
        && (query.Sort.By == OrderSortTime.UpdatedAt || (query.Statuses.Count == 0 && query.UpdatedSince is null));

    private static string Describe(ListOrders query) => $"{query} [{string.Join(',', query.Statuses)}]";

    /// <summary>The whole content of an order as text, for comparisons.</summary>
    private static string Text(OrderSnapshot order) => string.Create(
        CultureInfo.InvariantCulture,
        $"{order.Id:D} v{order.Version} {order.SellerId} {order.Status} {order.CreatedAt:ss.fffffff} {order.StatusChangedAt:ss.fffffff} {order.UpdatedAt:ss.fffffff} {Convert.ToHexStringLower(SHA256.HashData(order.Json.Span))[..8]}");

    private static (string Orders, string? Next) Page(OrderPage page) =>
        (string.Join('\n', page.Items.Select(Text)), page.Next);

    private static Task<List<(string Orders, string? Next)>> PagesAsync(
        ListOrders query, Func<ListOrders, Task<OrderPage>> ask) =>
        FollowAsync(query, ask, page => page.Next, (q, cursor) => q with { Cursor = cursor }, Page);

    private static Task<List<(string Orders, string? Next, int Count, int Cards)>> PagesAsync(
        GetBoardColumn query, Func<GetBoardColumn, Task<BoardColumnPage>> ask) => FollowAsync(
        query,
        ask,
        page => page.Next,
        (q, cursor) => q with { Cursor = cursor },
        page => (string.Join('\n', page.Items.Select(Text)), page.Next, page.Count, page.Items.Count));

    private static async Task<List<TSeen>> FollowAsync<TQuery, TPage, TSeen>(
        TQuery query, Func<TQuery, Task<TPage>> ask, Func<TPage, string?> next, Func<TQuery, string?, TQuery> at,
            Func<TPage, TSeen> see)
    {
        List<TSeen> seen = [];
        string? cursor = null;
        do
        {
            var page = await ask(at(query, cursor));
            seen.Add(see(page));
            cursor = next(page);
        }
        while (cursor is not null && seen.Count < 1000);
        return seen;
    }

    /// <summary>
    /// A builder has marked a new seller's indexes and has stopped. Its progress lies behind all orders, but it has put
    /// none of them.
    /// </summary>
    private async Task<(ListOrders Query, Guid[] Ids)> BegunElsewhereAsync(Func<string, string, string> note)
    {
        const string Mark = "building:0123456789abcdef";
        var seller = NewSeller();
        var ids = await SubmittedAsync(seller, 3);
        foreach (var index in Keys.Indexes(new IndexGroup(seller.Id)))
        {
            await Redis.SortedSetAddAsync(index, Mark, -2);
        }

        var far =
            $"{TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)} {Guid.Empty:D}";
        await Redis.StringSetAsync(Keys.Progress(new IndexGroup(seller.Id)), note(Mark, far));
        return (List("-updatedAt", All) with { Caller = seller }, ids);
    }

    private Caller NewSeller() => new(Role.Seller, $"seller-{++_sellers}");

    private async Task<Guid[]> SubmittedAsync(Caller seller, int count)
    {
        var ids = new Guid[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = Commands.NewOrderId();
            await ChangeAsync(new SubmitOrder(
                ids[i], seller, $"ext-{ids[i]:N}", new SubmittedModel("part.stl", new string('a', 64), 12_000), "PLA",
                    2, null, null));
        }

        return ids;
    }

    /// <summary>
    /// Reads page by page, from the cache. After each page some orders move, among them orders that were seen and
    /// orders that were not.
    /// </summary>
    private async Task<(List<Guid> Seen, HashSet<Guid> Moved)> PageWhileMovingAsync<TQuery, TPage>(
        TQuery query, Guid[] ids, Func<TPage, IReadOnlyList<OrderSnapshot>> items, Func<TPage, string?> next,
            Func<TQuery, string?, TQuery> at)
        where TQuery : IQuery<TPage>
    {
        var (seen, moved) = (new List<Guid>(), new HashSet<Guid>());
        string? cursor = null;
        do
        {
            var page = await HitAsync(at(query, cursor));
            seen.AddRange(items(page).Select(order => order.Id));
            foreach (var id in new[] { ids.FirstOrDefault(id => seen.Contains(id) && !moved.Contains(id)),
                ids.LastOrDefault(id => !seen.Contains(id) && !moved.Contains(id)) })
            {
                if (id != default && moved.Add(id))
                {
                    await ChangeAsync(Commands.Price(id));
                }
            }

            cursor = next(page);
        }
        while (cursor is not null && seen.Count < 1000);
        Assert.That(moved, Has.Count.InRange(3, ids.Length - 3));
        return (seen, moved);
    }

    /// <summary>Stores the orders in the database, and has the indexes built from there.</summary>
    private async Task StoreAsync(IReadOnlyCollection<Order> orders)
    {
        await _host!.Services.GetRequiredService<IDbContextFactory<MesDbContext>>().InsertAsync(orders);
        await Redis.KeyDeleteAsync(
            [BoardKey, .. orders.Select(order => order.SellerId).Distinct()
                .SelectMany(seller => Keys.Indexes(new IndexGroup(seller)))]);
        await UntilHitAsync(new GetBoard(All));
        foreach (var seller in orders.Select(order => order.SellerId).Distinct())
        {
            await UntilHitAsync(List("-updatedAt", All) with { Caller = new Caller(Role.Seller, seller) });
        }
    }

    private async Task ChangeAsync(IOrderCommand command)
    {
        await using var scope = _host!.Services.CreateAsyncScope();
        var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command);
        Assert.That(result.IsSuccess, $"{command}");
    }

    private async Task<(T Answer, CacheReport Report)> QueryAsync<T>(IQuery<T> query)
    {
        var result = await _host!.Services.GetRequiredService<IMediator>().Send(query);
        return (result.Value, CacheReport.Of(result));
    }

    private Task<T> HitAsync<T>(IQuery<T> query) => Hits.GetAsync(() => QueryAsync(query), $"{query}");

    /// <summary>Answers a query that the cache cannot answer. A hit fails the test.</summary>
    private async Task<T> MissAsync<T>(IQuery<T> query)
    {
        var (answer, report) = await Hits.AskAsync(() => QueryAsync(query), $"{query}");
        Assert.That(report.Outcome, Is.EqualTo(CacheOutcome.Miss), $"{query}");
        return answer;
    }

    private Task<OrderPage> HitAsync(ListOrders query) => HitAsync<OrderPage>(query);

    private Task<BoardColumnPage> HitAsync(GetBoardColumn query) => HitAsync<BoardColumnPage>(query);

    private Task UntilHitAsync<T>(IQuery<T> query) => Hits.ComeBackAsync(() => QueryAsync(query), $"{query}");

    private async Task IsAsInTheDatabaseAsync(ListOrders query) =>
        Assert.That(Page(await HitAsync(query)), Is.EqualTo(Page(await FromDatabaseAsync(query))));

    /// <summary>The answer of the handler alone, which does not ask the cache.</summary>
    private Task<OrderPage> FromDatabaseAsync(ListOrders query) => FromDatabaseAsync<ListOrders, OrderPage>(query);

    private Task<BoardColumnPage> FromDatabaseAsync(GetBoardColumn query) =>
        FromDatabaseAsync<GetBoardColumn, BoardColumnPage>(query);

    private Task<BoardView> FromDatabaseAsync(GetBoard query) => FromDatabaseAsync<GetBoard, BoardView>(query);

    private async Task<TAnswer> FromDatabaseAsync<TQuery, TAnswer>(TQuery query)
        where TQuery : IRequest<Result<TAnswer>>
    {
        await using var scope = _host!.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IRequestHandler<TQuery, Result<TAnswer>>>()
            .Handle(query, CancellationToken.None)).Value;
    }
}
