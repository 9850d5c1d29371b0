using System.Data.Common;
using Mes.Application.Events;
using Mes.Infrastructure.Events;
using Mes.Infrastructure.Persistence;
using Mes.Infrastructure.Persistence.Model;
using Mes.Tests.Caching.Support;
using Mes.Tests.Http;
using Mes.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;

namespace Mes.Tests.Events;

/// <summary>
/// How changes become events, on each database, with the cache switched off: each once, in the order of versions,
/// whatever becomes of the sequencer. The tests work the sequencer by hand.
/// </summary>
[TestFixture(TestEngines.PostgresAndRedis, Category = "Servers")]
[TestFixture(TestEngines.Embedded, Category = "Embedded")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class EventFeedTests(TestEngines engines)
{
    private readonly Failures _failures = new();
    private TestDatabase? _database;
    private MesHost _host = null!;

    private bool IsPostgres => engines == TestEngines.PostgresAndRedis;

    private EventSequencer Sequencer => _host.Services.GetRequiredService<EventSequencer>();

    [SetUp]
    public async Task StartAsync()
    {
        void Configure(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder)
        {
            builder.Services.DoNotStart<EventSequencer>();
            builder.Services.DoNotStart<EventCleaner>();
            builder.Services.DoNotStart<EventMetrics>();
            builder.Services.ConfigureDbContext<MesDbContext>(
                options => options.AddInterceptors(_failures, _failures.OfTransactions));
        }

        string[] off = ["--Mes:Cache:Enabled=false"];
        if (IsPostgres)
        {
            _database = await TestDatabase.CreateAsync();
            _host = await MesHost.StartAsync(_database.ConnectionString, "127.0.0.1:1", off, Configure);
        }
        else
        {
            _host = await MesHost.StartEmbeddedAsync(off, Configure);
        }
    }

    [TearDown]
    public Task EndAsync() => Parts.EndAsync(_host, _database);

    [Test]
    public async Task Changes_by_hand_become_events_in_the_order_of_their_versions()
    {
        var id = await InsertAsync();
        await ChangeAsync(id, "material = 'PLA'");
        await ChangeAsync(id, "status = 'REJECTED'");

        await StepAsync();

        var events = await AllAsync();
        Assert.That(events.Select(e => (e.OrderId, e.Version, e.Type)), Is.EqualTo(new[]
        {
            (id, 1, "order.submitted"), (id, 2, "order.changed"), (id, 3, "order.rejected"),
        }));
        Assert.That(events.Select(e => e.Id), Is.Unique);
        Assert.That(events.Select(e => e.Id.Version), Is.All.EqualTo(4));
    }

    [Test]
    public async Task Positions_are_consecutive_and_nothing_is_left_in_the_queue()
    {
        for (var i = 0; i < 5; i++)
        {
            await ChangeAsync(await InsertAsync(), "material = 'PLA'");
            await StepAsync();
        }

        Assert.That((await AllAsync()).Select(e => e.Position.Number), Is.EqualTo(Enumerable.Range(1, 10)));
        Assert.That(await QueuedAsync(), Is.Zero);
    }

    [Test]
    public async Task A_sequencer_that_is_killed_at_any_step_loses_and_doubles_nothing()
    {
        var steps = 0;
        bool hasFailed;
        do
        {
            var id = await InsertAsync();
            await ChangeAsync(id, "material = 'PLA'");
            _failures.FailAt(steps++);
            try
            {
                await StepAsync();
                hasFailed = false;
            }
            catch (Exception exception) when (_failures.IsOwn(exception))
            {
                hasFailed = true;
            }

            _failures.FailAt(null);
            await AssertWholeAsync();
            await StepAsync();
            Assert.That(await QueuedAsync(), Is.Zero, $"step {steps}");
            Assert.That((await AllAsync()).TakeLast(2).Select(e => (e.OrderId, e.Version)),
                Is.EqualTo(new[] { (id, 1), (id, 2) }), $"step {steps}");
        }
        while (hasFailed);

        Assert.That(steps, Is.GreaterThan(8), "before and after each statement and the commit");
        await AssertWholeAsync();
    }

    [Test]
    public async Task Several_sequencers_at_once_give_each_event_one_place()
    {
        var numberings = Enumerable.Range(0, 3)
            .Select(_ => ActivatorUtilities.CreateInstance<EventNumbering>(_host.Services)).ToList();
        var engine = _host.Services.GetRequiredService<IDatabaseEngine>();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                var id = await InsertAsync();
                await ChangeAsync(id, "material = 'PLA'");
                await ChangeAsync(id, "material = 'PETG'");
            }
        })).ToList();
        var sequencers = numberings.Select(numbering => Task.Run(async () =>
        {
            while (writers.Any(writer => !writer.IsCompleted))
            {
                try
                {
                    await numbering.RunAsync(CancellationToken.None);
                }
                catch (Exception exception) when (engine.IsTransient(exception))
                {
                    // SQLite has one writer at a time, and has kept this one waiting for too long.
                }

                // As in the service: without a pause, the sequencers leave the writers of SQLite no room.
                await Task.Delay(20);
            }
        }));

        await Task.WhenAll(writers.Concat(sequencers));
        await StepAsync();

        Assert.That(await QueuedAsync(), Is.Zero);
        Assert.That(await AllAsync(), Has.Count.EqualTo(120));
        await AssertWholeAsync();
    }

    [Test]
    public async Task A_follower_reads_from_memory_and_from_the_database_alike()
    {
        for (var i = 0; i < 6; i++)
        {
            await InsertAsync(i % 2 == 0 ? "alpha" : "beta");
        }

        var source = _host.Services.GetRequiredService<IEventSource>();
        var fromDatabase = await source.ReadAsync(null, "alpha", 2, CancellationToken.None);
        await StepAsync();
        var first = (await source.ReadAsync(null, "alpha", 2, CancellationToken.None))!;
        await InsertAsync("beta");
        await InsertAsync("alpha");
        await StepAsync();
        var second = (await source.ReadAsync(first.End, "alpha", 2, CancellationToken.None))!;
        var end = await source.FindEndAsync(CancellationToken.None);

        Assert.That(fromDatabase!.Items, Is.Empty, "nothing is numbered yet");
        Assert.That(first.Items.Select(e => e.Position.Number), Is.EqualTo(new[] { 1, 3 }));
        Assert.That(first.HasMore, Is.True);
        Assert.That(second.Items.Select(e => e.Position.Number), Is.EqualTo(new[] { 5, 8 }));
        Assert.That((second.HasMore, second.End), Is.EqualTo((false, end)));
        Assert.That(end.Number, Is.EqualTo(8));
        var rest = (await source.ReadAsync(end, "alpha", 2, CancellationToken.None))!;
        Assert.That((rest.Items.Count, rest.End), Is.EqualTo((0, end)));
    }

    [Test]
    public async Task The_beginning_of_an_empty_feed_is_a_place_until_the_first_event_is_deleted()
    {
        var source = _host.Services.GetRequiredService<IEventSource>();
        var empty = (await source.ReadAsync(null, null, 10, CancellationToken.None))!;
        Assert.That(empty.End, Is.EqualTo(EventPosition.Beginning));
        await StepAsync();
        Assert.That(await source.FindEndAsync(CancellationToken.None), Is.EqualTo(EventPosition.Beginning));

        await InsertAsync();
        await InsertAsync();
        await StepAsync();
        Assert.That((await source.ReadAsync(empty.End, null, 10, CancellationToken.None))!.Items, Has.Count.EqualTo(2));

        await ExecuteAsync("DELETE FROM events WHERE position = 1");
        Assert.That(await ActivatorUtilities.CreateInstance<EventSource>(
            _host.Services, new EventTail(TimeProvider.System)).ReadAsync(empty.End, null, 10, CancellationToken.None),
            Is.Null);
    }

    [Test]
    public async Task A_database_that_went_back_is_noticed_and_its_new_events_are_not_taken_for_the_old()
    {
        var source = _host.Services.GetRequiredService<IEventSource>();
        await InsertAsync();
        await StepAsync();
        var kept = await source.FindEndAsync(CancellationToken.None);
        await InsertAsync();
        await InsertAsync();
        await StepAsync();
        var lost = await source.FindEndAsync(CancellationToken.None);
        var waiting = source.WaitAsync(lost, null, CancellationToken.None);

        // As a restored backup has it.
        await ExecuteAsync("DELETE FROM events WHERE position > 1");
        await ExecuteAsync("UPDATE feed SET last = 1");
        await StepAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(await source.ReadAsync(lost, null, 10, CancellationToken.None), Is.Null, "no event is there");

        var (one, two) = (await InsertAsync(), await InsertAsync());
        await StepAsync();
        Assert.That(await source.FindEndAsync(CancellationToken.None), Has.Property("Number").EqualTo(lost.Number));
        Assert.That(await source.ReadAsync(lost, null, 10, CancellationToken.None), Is.Null, "another event is there");
        Assert.That((await source.ReadAsync(kept, null, 10, CancellationToken.None))!.Items.Select(e => e.OrderId),
            Is.EqualTo(new[] { one, two }), "whoever was not ahead goes on");
    }

    [Test]
    public async Task What_has_been_kept_for_long_enough_is_deleted_in_portions_but_never_the_last_event()
    {
        await InsertAsync();
        await InsertAsync();
        await StepAsync();
        var cleaner = _host.Services.GetRequiredService<EventCleaner>();
        Assert.That(await cleaner.CleanAsync(CancellationToken.None), Is.Zero, "all are young");
        await using (var context = await ContextAsync())
        {
            context.AddRange(Enumerable.Range(3, EventCleaner.Portion + 10).Select(position => new EventRow
            {
                Position = position,
                EventId = Commands.NewOrderId(),
                SellerId = "alpha",
                ExternalId = "x",
                NumberedAt = DateTimeOffset.UnixEpoch,
            }));
            await context.SaveChangesAsync();
        }

        await ExecuteAsync("UPDATE events SET numbered_at = (SELECT MIN(numbered_at) FROM events)");
        await ExecuteAsync("UPDATE feed SET last = (SELECT MAX(position) FROM events)");

        Assert.That(await cleaner.CleanAsync(CancellationToken.None), Is.EqualTo(EventCleaner.Portion + 11));

        Assert.That((await AllAsync()).Single().Position.Number, Is.EqualTo(EventCleaner.Portion + 12));
        Assert.That(await cleaner.CleanAsync(CancellationToken.None), Is.Zero);
        await InsertAsync();
        await StepAsync();
        Assert.That((await AllAsync())[^1].Position.Number, Is.EqualTo(EventCleaner.Portion + 13));
    }

    [Test]
    public async Task More_than_one_pass_moves_is_moved_in_order()
    {
        var id = await InsertAsync();
        await using (var context = await ContextAsync())
        {
            context.AddRange(Enumerable.Range(2, (2 * EventNumbering.Batch) + 7).Select(version => new QueuedEvent
            {
                EventId = Commands.NewOrderId(),
                OrderId = id,
                Version = version,
                SellerId = "alpha",
                ExternalId = "x",
            }));
            await context.SaveChangesAsync();
        }

        await StepAsync();

        Assert.That(
            (await AllAsync()).Select(e => e.Version), Is.EqualTo(Enumerable.Range(1, (2 * EventNumbering.Batch) + 8)));
        Assert.That(await QueuedAsync(), Is.Zero);
    }

    private Task StepAsync() => Sequencer.StepAsync(CancellationToken.None);

    private async Task<List<FeedEvent>> AllAsync()
    {
        await using var context = await ContextAsync();
        return [.. (await context.Events.AsNoTracking().OrderBy(row => row.Position).ToListAsync())
            .Select(EventTailReader.Of)];
    }

    private async Task<int> QueuedAsync()
    {
        await using var context = await ContextAsync();
        return await context.EventQueue.CountAsync();
    }

    /// <summary>Every change is an event or queued, once; positions have no gap and follow the versions.</summary>
    private async Task AssertWholeAsync()
    {
        var events = await AllAsync();
        await using var context = await ContextAsync();
        var queued = await context.EventQueue.AsNoTracking().OrderBy(e => e.Id).ToListAsync();
        Assert.That(events.Select(e => e.Position.Number), Is.EqualTo(Enumerable.Range(1, events.Count)));
        Assert.That((await context.Feed.SingleAsync()).Last, Is.EqualTo(events.Count));
        Assert.That(events.Count + queued.Count, Is.EqualTo(await context.History.CountAsync()));
        Assert.That(events.Select(e => e.Id).Concat(queued.Select(e => e.EventId)), Is.Unique);
        foreach (var order in events.Select(e => (e.OrderId, e.Version))
            .Concat(queued.Select(e => (e.OrderId, e.Version))).GroupBy(e => e.OrderId))
        {
            Assert.That(order.Select(e => e.Version), Is.EqualTo(Enumerable.Range(1, order.Count())));
        }
    }

    private async Task<Guid> InsertAsync(string seller = "alpha")
    {
        var order = StoredOrders.Of(
            new Domain.Callers.Caller(Domain.Callers.Role.Seller, seller),
            Domain.Orders.OrderStatus.Submitted,
            DateTimeOffset.UnixEpoch.AddYears(50));
        await using var context = await ContextAsync();
        context.Add(order);
        await context.SaveChangesAsync();
        return order.Id;
    }

    private async Task ChangeAsync(Guid id, string change)
    {
        await using var context = await ContextAsync();
        var sql = $"UPDATE orders SET {change} WHERE id = {{0}}";
        Assert.That(await context.Database.ExecuteSqlRawAsync(sql, id), Is.EqualTo(1));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var context = await ContextAsync();
        await context.Database.ExecuteSqlRawAsync(sql);
    }

    private Task<MesDbContext> ContextAsync() =>
        _host.Services.GetRequiredService<IDbContextFactory<MesDbContext>>().CreateDbContextAsync();

    /// <summary>Fails at one of the steps that follow: before or after a statement, or a commit.</summary>
    private sealed class Failures : DbCommandInterceptor
    {
        private int? _left;

        public Failures() => OfTransactions = new Transactions(this);

        public IInterceptor OfTransactions { get; }

        public void FailAt(int? step) => _left = step;

        public bool IsOwn(Exception exception) =>
            exception is PlannedFailure || exception.InnerException is PlannedFailure;

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Step(command);
            return new(result);
        }

        public override ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command,
            CommandExecutedEventData eventData,
            DbDataReader result,
            CancellationToken cancellationToken = default)
        {
            Step(command);
            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default)
        {
            Step(command);
            return new(result);
        }

        public override ValueTask<int> NonQueryExecutedAsync(
            DbCommand command,
            CommandExecutedEventData eventData,
            int result,
            CancellationToken cancellationToken = default)
        {
            Step(command);
            return new(result);
        }

        /// <summary>Only statements of the feed count: other background work goes on.</summary>
        private void Step(DbCommand command)
        {
            if (command.CommandText.Contains("feed", StringComparison.Ordinal)
                || command.CommandText.Contains("event_queue", StringComparison.Ordinal))
            {
                Step();
            }
        }

        private void Step()
        {
            if (_left is { } left)
            {
                _left = left - 1;
                if (left == 0)
                {
                    throw new PlannedFailure();
                }
            }
        }

        private sealed class Transactions(Failures failures) : DbTransactionInterceptor
        {
            public override ValueTask<InterceptionResult> TransactionCommittingAsync(
                DbTransaction transaction,
                TransactionEventData eventData,
                InterceptionResult result,
                CancellationToken cancellationToken = default)
            {
                failures.Step();
                return new(result);
            }

            public override Task TransactionCommittedAsync(
                DbTransaction transaction,
                TransactionEndEventData eventData,
                CancellationToken cancellationToken = default)
            {
                failures.Step();
                return Task.CompletedTask;
            }
        }
    }

    private sealed class PlannedFailure : Exception;
}
