using System.Collections.Concurrent;
using System.Diagnostics;
using MediatR;
using Mes.Application;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Application.Orders.GetOrder;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Entries;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Caching.Orders;
using Mes.Infrastructure.Caching.Scripts;
using Mes.Infrastructure.Coordination;
using Mes.Infrastructure.Redis;
using Mes.Tests.Caching.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using Order = Mes.Domain.Orders.Order;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// Runs schedules of the real pipelines, the real refresher, and the real cache with its scripts on a real Redis. After
/// each schedule it decides whether the promises held. No reader was told an older version than had been acknowledged
/// or told before (G1, G4), or a version that was never committed (G3). Once nothing is under way any more, the outbox
/// is empty, and the cache has the latest version or none (G2, G5).
/// </summary>
internal sealed class Explorer : IAsyncDisposable
{
    private static readonly string OwnLayout = $"MES {EntryCodec.Layout} ";

    /// <summary>
    /// How many schedules run at once. They do not disturb each other, because each has an order of its own.
    /// </summary>
    private const int AtOnce = 24;

    /// <summary>After so many changes of other orders no stamp from before is left in the change log.</summary>
    private const int ManyOthers = 70;

    /// <summary>How many bytes a truncated change log loses.</summary>
    private const int LostBytes = 5;

    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Tags = [CacheTags.Orders];

    private readonly Cells _cells;
    private readonly ConcurrentBag<int> _freeCells;
    private readonly OwnEpoch[] _epochs;
    private readonly ConcurrentBag<OwnEpoch> _freeEpochs;
    private readonly Instance _instance;
    private readonly Func<CacheEpoch?, PlantedOrderCache> _planted;
    private readonly IDatabase _redis;
    private readonly ServiceProvider _services;
    private readonly Variant _variant;

    public Explorer(Instance instance, IConnectionMultiplexer connection, Variant variant)
    {
        (_instance, _redis, _variant) = (instance, connection.GetDatabase(), variant);
        _cells = instance.Host.Services.GetRequiredService<Cells>();
        _freeCells = [.. Enumerable.Range(0, _cells.Count)];
        _epochs = variant.HasIndexes
            ? [.. Enumerable.Range(1, AtOnce).Select(number => new OwnEpoch(instance, -number))]
            : [];
        _freeEpochs = [.. _epochs];
        var keys = instance.Host.Services.GetRequiredService<KeySpace>();
        var (begin, put) = (variant.Begin(CacheScripts.Begin), variant.Put(CacheScripts.Put));
        var drop = variant.HasCopies ? variant.Drop(CacheScripts.Drop) : null;
        _planted = epoch => new PlantedOrderCache(connection, keys)
        {
            BeginScript = begin,
            PutScript = put,
            DropScript = drop,
            Epoch = epoch?.Number,
        };
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(new FakeTimeProvider(Start))
            .AddApplication()
            .AddSingleton(
                variant.HasIndexes ? new CurrentOrderCache() : variant.Cache(instance.Cache, _planted(null)))
            .AddSingleton<IOrderReader, ScheduledOrderReader>()
            .AddScoped<ScheduledPersistence>()
            .AddScoped<IOrderRepository>(provider => provider.GetRequiredService<ScheduledPersistence>())
            .AddScoped<IUnitOfWork>(provider => provider.GetRequiredService<ScheduledPersistence>())
            .AddScoped<IOutbox>(provider => provider.GetRequiredService<ScheduledPersistence>());
        variant.Services(services);
        _services = services.BuildServiceProvider();
    }

    /// <summary>
    /// Runs one schedule for each seed. The seed decides both what the actors do and which of them goes first.
    /// </summary>
    public async Task<Exploration> ExploreAsync(int firstSeed, int count, bool untilFound = false)
    {
        var watch = Stopwatch.StartNew();
        var outcomes = new ConcurrentBag<Outcome>();
        using var found = new CancellationTokenSource();
        try
        {
            await Parallel.ForEachAsync(
                Enumerable.Range(0, count),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = found.Token },
                async (i, _) =>
                {
                    var outcome = (await RunAsync(firstSeed + i)) with { Number = i + 1 };
                    outcomes.Add(outcome);
                    if (untilFound && outcome.Violation is not null)
                    {
                        await found.CancelAsync();
                    }
                });
        }
        catch (OperationCanceledException) when (found.IsCancellationRequested)
        {
            // A violation was found, and the caller wants no more.
        }

        return Summary([.. outcomes], watch.Elapsed);
    }

    /// <summary>The schedule of one seed.</summary>
    public Task<Outcome> RunAsync(int seed)
    {
        var random = new Random(seed);
        var scenario = _variant switch
        {
            { Scenario: { } only } => only,
            { HasCopies: true } => Scenario.RandomWithCopies(random),
            { HasIndexes: true } => Scenario.RandomWithIndexes(random),
            _ => Scenario.Random(random, _variant.OrderIsNew),
        };
        return RunAsync($"seed {seed}", scenario, new RandomStrategy(random));
    }

    /// <summary>
    /// Runs all schedules of a scenario in which actors that could continue are preempted at most so often.
    /// </summary>
    public async Task<Exploration> ExhaustAsync(Scenario scenario, int preemptions = int.MaxValue)
    {
        var watch = Stopwatch.StartNew();
        var outcomes = new ConcurrentBag<Outcome>();
        for (ConcurrentBag<int[]> round = [[]], next = []; !round.IsEmpty; (round, next) = (next, []))
        {
            await Parallel.ForEachAsync(
                round, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (prefix, _) =>
            {
                var strategy = new PrefixStrategy(prefix, preemptions);
                outcomes.Add(await RunAsync($"decisions {string.Join(',', prefix)}", scenario, strategy));
                foreach (var other in strategy.Others)
                {
                    next.Add(other);
                }
            });
        }

        return Summary([.. outcomes.Select((outcome, i) => outcome with { Number = i + 1 })], watch.Elapsed);
    }

    public ValueTask DisposeAsync()
    {
        Array.ForEach(_epochs, epoch => epoch.Dispose());
        return _services.DisposeAsync();
    }

    private static Exploration Summary(IReadOnlyCollection<Outcome> outcomes, TimeSpan time)
    {
        var first = outcomes.Where(outcome => outcome.Violation is not null).MinBy(outcome => outcome.Number);
        return new Exploration(
            outcomes.Count,
            outcomes.Select(outcome => string.Join('\n', outcome.Log)).Distinct().Count(),
            outcomes.Sum(outcome => (long)outcome.Log.Count),
            time,
            outcomes.Count(outcome => outcome.Violation is not null),
            first is null ? null : new Finding(first.Number, first.Name, first.Violation!, first.Log));
    }

    private Task<Outcome> RunAsync(string name, Scenario scenario, IStrategy strategy) => _variant switch
    {
        // A board of its own.
        { HasIndexes: true } => WithOwnAsync(
            _freeEpochs, own => RunAsync(name, scenario, strategy, Commands.NewOrderId(), own)),

        // A change log of its own: changes of other schedules' orders would be different in every run.
        { HasCopies: true } => WithOwnAsync(
            _freeCells, cell => RunAsync(name, scenario, strategy, Commands.NewOrderIn(_cells, cell))),
        _ => RunAsync(name, scenario, strategy, Commands.NewOrderId()),
    };

    /// <summary>Runs a schedule with something that no other schedule has at the same time.</summary>
    private static async Task<Outcome> WithOwnAsync<T>(ConcurrentBag<T> free, Func<T, Task<Outcome>> runAsync)
    {
        if (!free.TryTake(out var own))
        {
            throw new InvalidOperationException("There are fewer cells or epochs than schedules that run at once.");
        }

        try
        {
            return await runAsync(own);
        }
        finally
        {
            free.Add(own);
        }
    }

    private async Task<Outcome> RunAsync(
        string name, Scenario scenario, IStrategy strategy, Guid id, OwnEpoch? own = null)
    {
        var keys = own?.Keys ?? _instance.KeysOf(id);
        RedisKey entry = keys.Entry(id), lease = keys.Lease(id);
        var clock = new FakeTimeProvider(Start);
        var table = new OrderTable();
        if (scenario.IsThere)
        {
            table.Insert(Approved(id));
        }

        if (scenario.IsCached)
        {
            await _redis.StringSetAsync(entry, EntryCodec.Encode(table.Read()!));
        }

        ScheduledIndexes? indexes = null;
        var schedule = new Schedule(
            table,
            async () => (await CachedAsync(keys, id))?.Version,
            async fault =>
            {
                await StrikeAsync(fault, entry, lease, keys, clock);
                await (indexes?.StrikeAsync(fault) ?? Task.CompletedTask);
            },
            scenario.Faults)
        {
            Cache = own is null ? null : _variant.Cache(own.Cache, _planted(own.Keys)),
            IsCached = scenario.IsCached,
            SweepsAtOnce = scenario.IsUnhurried,
            CountsLostFills = scenario.CountsLostFills,
        };
        if (_variant.HasCopies)
        {
            await ReplaceLogAsync(keys, scenario.HasLog ? ChangeLog.NewRecord(Commands.NewOrderId()) : null);
            schedule.Instances = [.. Enumerable.Range(1, 2).Select(number => new ScheduledInstance(
                $"I{number}", schedule, _instance, keys.Cell, _variant, clock, scenario.IsFar))];
        }

        if (own is not null)
        {
            var refresher = _services.GetRequiredService<OrderRefresher>();
            indexes = new ScheduledIndexes(
                schedule,
                own,
                _redis,
                _variant,
                id,
                scenario.IsBoard,
                () => BuildAsync(id),
                () => refresher.RefreshAsync(id, [], CancellationToken.None));
        }

        try
        {
            await StartEverybodyAsync(schedule, id, scenario, indexes);
            await schedule.RunAsync(strategy);
            await DecideAsync(schedule, keys, id, strategy, indexes);
        }
        catch (Exception exception)
        {
            schedule.Violated($"{exception}");
        }

        schedule.End();
        await (indexes?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _redis.KeyDeleteAsync([entry, lease], CommandFlags.FireAndForget);
        return new Outcome(name, schedule.Violation, schedule.Log);
    }

    private async Task StartEverybodyAsync(
        Schedule schedule, Guid id, Scenario scenario, ScheduledIndexes? indexes)
    {
        await (indexes?.StartAsync(scenario.IsIndexed) ?? Task.CompletedTask);
        for (var i = 0; i < scenario.Writers.Count; i++)
        {
            var commands = scenario.Writers[i];
            schedule.Start($"W{i + 1}", writer => WriteAsync(writer, commands.Select(command => command(id))));
        }

        for (var i = 0; i < scenario.Readers.Count; i++)
        {
            var reads = scenario.Readers[i];
            schedule.Start($"R{i + 1}", reader => ReadAsync(reader, id, reads), InstanceOf(schedule, i));
        }

        for (var i = 0; i < scenario.ListReaders.Count; i++)
        {
            var (number, reads) = (i, scenario.ListReaders[i]);
            schedule.Start($"L{i + 1}", reader => indexes!.ReadAsync(reader, number, reads));
        }

        if (scenario.HasBuilder)
        {
            schedule.Start("builder", _ => BuildAsync(id));
        }

        const string Relay = "relay";
        var isUnhurried = scenario.IsUnhurried;
        schedule.Start(Relay, relay => RelayAsync(relay, id, isUnhurried));
        schedule.Died = dead =>
        {
            indexes?.Died(dead);
            if (dead.Name == Relay)
            {
                schedule.Start(Relay, relay => RelayAsync(relay, id, isUnhurried));
            }
        };
    }

    private async Task WriteAsync(Actor writer, IEnumerable<IOrderCommand> commands)
    {
        foreach (var command in commands)
        {
            writer.Ask();
            await using var scope = _services.CreateAsyncScope();
            try
            {
                var result = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(command, writer.Caller);
                if (result.IsSuccess)
                {
                    writer.Schedule.Acknowledged(writer, result.Value.Order.Version);
                }
                else
                {
                    writer.Schedule.Refused(writer, result.Error!.Code);
                }
            }
            catch (OperationCanceledException)
            {
                writer.Schedule.Refused(writer, "given up");
            }

            writer.Answered();
        }
    }

    private async Task ReadAsync(Actor reader, Guid id, int reads, bool isLast = false)
    {
        var schedule = reader.Schedule;
        for (var i = 0; i < reads; i++)
        {
            reader.Ask();
            await using var scope = _services.CreateAsyncScope();
            try
            {
                var result = await scope.ServiceProvider.GetRequiredService<IMediator>()
                    .Send(new GetOrder(id, Commands.Crm), reader.Caller);
                var version = result.IsSuccess ? result.Value.Version : 0;
                if (reader.Instance is not null)
                {
                    // Several readers may have got this far at once.
                    await schedule.StepAsync(reader, "answers", () => new ValueTask<int>(version));
                }

                if (isLast && version < schedule.Table.Version)
                {
                    schedule.Violated($"G2: {reader.Name} is told v{version} of v{schedule.Table.Version}");
                }

                if (version < reader.Floor)
                {
                    schedule.Violated(
                        $"G1, G4: {reader.Name} is told v{version}; before it asked, v{reader.Floor} had been acknowledged or told");
                }

                if (result.IsSuccess && !schedule.Table.Had(result.Value))
                {
                    schedule.Violated($"G3: {reader.Name} is told a v{version} that was not committed");
                }

                if (reader.WasLeftUnanswered || reader.Fill is { WasLeftUnanswered: true })
                {
                    // After a read that bypassed the cache, later reads may be older (G4 does not cover them).
                    schedule.Refused(reader, $"told v{version}, without the cache");
                }
                else
                {
                    schedule.Told(reader, version);
                }
            }
            catch (OperationCanceledException)
            {
                schedule.Refused(reader, "given up");
            }

            reader.Answered();
        }
    }

    /// <summary>Does what the builder of an index does with each of its orders.</summary>
    private async Task<PutResult> BuildAsync(Guid id)
    {
        var cache = _services.GetRequiredService<IOrderCache>();
        return await cache.BeginAsync(id, LeaseHolder.Writer) is { } token
            && await _services.GetRequiredService<IOrderReader>().FindAsync(id, CancellationToken.None) is { } order
            ? await cache.PutAsync(order, token, [])
            : PutResult.Failed;
    }

    /// <summary>Does what <c>OutboxRelay</c> does with the rows of one order.</summary>
    private async Task RelayAsync(Actor relay, Guid id, bool isUnhurried)
    {
        var (schedule, outbox) = (relay.Schedule, relay.Schedule.Table.Outbox);
        var refresher = _services.GetRequiredService<OrderRefresher>();
        while (true)
        {
            relay.Ask();
            OutboxEntry[] rows = [];
            await schedule.StepAsync(
                relay,
                "claims rows",
                () => new ValueTask<int>((rows = [.. outbox.Where(IsDue)]).Length),
                isPossible: () => outbox.Exists(IsDue));
            if (_variant.RelayIsIdle || await refresher.RefreshAsync(id, Tags,
                CancellationToken.None) is PutResult.Stored or PutResult.Superseded)
            {
                await schedule.StepAsync(
                    relay, "deletes rows", () => new ValueTask<int>(outbox.RemoveAll(row => rows.Contains(row))));
            }

            relay.Answered();
        }

        bool IsDue(OutboxEntry row) => !isUnhurried || row.IsLeftBehind;
    }

    /// <summary>Decides whether the promises held, once nothing is under way any more.</summary>
    private async Task DecideAsync(
        Schedule schedule, CacheEpoch keys, Guid id, IStrategy strategy, ScheduledIndexes? indexes)
    {
        var table = schedule.Table;
        if (schedule.Violation is not null)
        {
            return;
        }

        foreach (var actor in schedule.Unfinished.Where(actor => actor.IsBusy))
        {
            schedule.Violated($"G5: {actor.Name} waits forever");
        }

        var cached = await CachedAsync(keys, id);
        if (cached is not null && !IsLatest(cached, table))
        {
            schedule.Violated($"G2, G5: the cache is left with v{cached.Version} of v{table.Version}");
        }
        else if (cached is null && schedule is { WasAcknowledged: true, EntryWasLeftAlone: true })
        {
            schedule.Violated(
                "a change was acknowledged, but not written through: only puts touched the entry, yet it is absent");
        }

        if (_variant.HasCopies)
        {
            schedule.NothingElseGoesWrong();
            for (var i = 0; i < 2; i++)
            {
                var instance = InstanceOf(schedule, i);
                if (instance is { IsGone: false })
                {
                    schedule.Start($"late reader {i + 1}", reader => ReadAsync(reader, id, 1, isLast: true), instance);
                }
            }

            await schedule.RunAsync(strategy);

            // Without copies the next read asks for the entry.
            await ReplaceLogAsync(keys, ChangeLog.NewRecord(Commands.NewOrderId()));
        }

        // Whatever the entry is now, one read must heal it once the leases have run out.
        schedule.NothingElseGoesWrong();
        await _redis.KeyDeleteAsync(keys.Lease(id));
        schedule.Start(
            "last reader",
            reader => ReadAsync(reader, id, 1),
            schedule.Instances.FirstOrDefault(instance => !instance.IsGone));
        await schedule.RunAsync(strategy);
        if (table.Version > 0 && (await CachedAsync(keys, id) is not { } healed || !IsLatest(healed, table)))
        {
            schedule.Violated("G5: the entry did not heal");
        }

        if (table.Outbox.Count > 0)
        {
            schedule.Violated("G5: the outbox is not empty");
        }

        await (indexes?.HealAsync(strategy) ?? Task.CompletedTask);
    }

    private static bool IsLatest(OrderSnapshot cached, OrderTable table) => cached.Version == table.Version
        && table.Had(cached);

    /// <returns>Null when there is no entry, or none that can be read.</returns>
    private async Task<OrderSnapshot?> CachedAsync(CacheEpoch keys, Guid id) =>
        (byte[]?)await _redis.StringGetAsync(keys.Entry(id)) is { } bytes ? EntryCodec.Decode(id, bytes) : null;

    private static ScheduledInstance? InstanceOf(Schedule schedule, int reader) =>
        schedule.Instances.Count == 0 ? null : schedule.Instances[reader % schedule.Instances.Count];

    /// <summary>Has other orders change, by the script that does nothing else.</summary>
    private async Task ChangeOthersAsync(CacheEpoch keys, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var drop = RedisOrderCache.DropCall(keys, Commands.NewOrderId(), "other", []);
            await _redis.ScriptEvaluateAsync(drop.Script, drop.Keys, drop.Arguments);
        }
    }

    private async Task ReplaceLogAsync(CacheEpoch keys, byte[]? log)
    {
        await _redis.KeyDeleteAsync(keys.Log);
        if (log is not null)
        {
            await _redis.StringSetAsync(keys.Log, log);
        }
    }

    private async Task StrikeAsync(
        Fault fault, RedisKey entry, RedisKey lease, CacheEpoch keys, FakeTimeProvider clock)
    {
        switch (fault)
        {
            case Fault.EvictLog:
                await ReplaceLogAsync(keys, null);
                break;
            case Fault.ForeignLog:
                await _redis.KeyDeleteAsync(keys.Log);
                await _redis.ListLeftPushAsync(keys.Log, "value");
                break;
            case Fault.SpoilLog or Fault.TruncateLog:
                if (await _redis.KeyTypeAsync(keys.Log) == RedisType.String
                    && (byte[]?)await _redis.StringGetAsync(keys.Log) is { Length: > LostBytes } log)
                {
                    log[^1] ^= 1;
                    await _redis.StringSetAsync(keys.Log, fault == Fault.SpoilLog ? log : log[..^LostBytes]);
                }

                break;
            case Fault.SetBackLog:
                await ReplaceLogAsync(keys, ChangeLog.NewRecord(Commands.NewOrderId()));
                break;
            case Fault.OtherOrder:
                await ChangeOthersAsync(keys, 1);
                break;
            case Fault.OtherOrders:
                await ChangeOthersAsync(keys, ManyOthers);
                break;
            case Fault.Age:
                clock.Advance(TimeSpan.FromMinutes(1));
                break;
            case Fault.Flush when _variant.HasCopies:
                await _redis.KeyDeleteAsync([entry, lease, keys.Log]);
                break;
            case Fault.Evict:
                await _redis.KeyDeleteAsync(entry);
                break;
            case Fault.Lapse:
                await _redis.KeyDeleteAsync(lease);
                break;
            case Fault.Flush:
                await _redis.KeyDeleteAsync([entry, lease]);
                break;
            case Fault.Corrupt:
                await _redis.StringSetAsync(entry, "nonsense");
                break;
            case Fault.OtherLayout when (string?)await _redis.StringGetAsync(entry) is { } text
                && text.StartsWith(OwnLayout, StringComparison.Ordinal):
                await _redis.StringSetAsync(entry, $"MES {EntryCodec.Layout + 1} {text[OwnLayout.Length..]}");
                break;
            case Fault.SpoilUpwards or Fault.SpoilDownwards
                when (string?)await _redis.StringGetAsync(entry) is { } text
                    && text.StartsWith("MES ", StringComparison.Ordinal):
                await _redis.StringSetAsync(
                    entry, ProvenEntry.WithVersion(text, fault == Fault.SpoilUpwards ? 1000 : 0));
                break;
        }
    }

    private static Order Approved(Guid id)
    {
        var order = Order.Submit(
            id, Commands.Alpha, $"ext-{id:N}", new Model3D("part.stl", new string('a', 64), 12_000), "PLA", 2, null,
                null, Start).Order;
        _ = order.SetPrice(Commands.Crm, new Price(12.5m, "EUR"), Start).Value;
        _ = order.Approve(Commands.Crm, Start).Value;
        return order;
    }
}
