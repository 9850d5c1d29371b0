using FsCheck;
using FsCheck.Fluent;
using Mes.Application.Board.GetBoard;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Orders.CloseOrder;
using Mes.Application.Orders.CompleteOrder;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Orders.PackageOrder;
using Mes.Application.Orders.ShipOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Caching.Keys;
using Mes.Infrastructure.Coordination;
using Mes.Tests.Caching.Support;
using Mes.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NUnit.Framework;

namespace Mes.Tests.Caching;

/// <summary>
/// After any sequence of changes, crashes, losses and broken builds, once every change is repaired, the board and the
/// lists agree with a plain list of the orders: page by page, and from the cache.
/// </summary>
[Category("Servers")]
[NonParallelizable]
internal sealed class IndexModelTests
{
    private const int Sequences = 12;
    private const int MaxSteps = 14;
    private const int StepsBetweenLooks = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);
    private static readonly Caller[] Sellers = [Commands.Alpha, new(Role.Seller, "beta")];

    /// <summary>The expected orders by id.</summary>
    private readonly Dictionary<Guid, Expected> _orders = [];

    /// <summary>Writers that are stopped between their commit and their put, as if dead, and continue later.</summary>
    private readonly Dictionary<Guid, (Stop Stop, Task Changing)> _stopped = [];

    private CacheWorld _world = null!;
    private Instance? _maintainer;

    private static Gen<Step[]> Steps => Gen.Choose(3, MaxSteps).SelectMany(count => Gen.ArrayOf(Gen.Frequency(
        (4, Of(StepKind.Submit)),
        (8, Of(StepKind.Change)),
        (2, Of(StepKind.ChangeByHand)),
        (3, Of(StepKind.CommitAndStop)),
        (2, Of(StepKind.WakeUp)),
        (1, Of(StepKind.Flush)),
        (3, Of(StepKind.EvictEntry)),
        (3, Of(StepKind.EvictIndex)),
        (2, Of(StepKind.BreakBuild))), count));

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _world = await CacheWorld.StartAsync();
        _maintainer = await _world.StartInstanceAsync(new InstanceSettings { IndexesHeld = false, RelayHeld = false });
    }

    [OneTimeTearDown]
    public Task EndAsync() => Parts.EndAsync(_maintainer, _world);

    [Test]
    public void Board_and_lists_are_what_a_plain_list_of_orders_says() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Sequences),
        Prop.ForAll(Steps.ToArbitrary(), steps => RunAsync(steps).GetAwaiter().GetResult()));

    private static Gen<Step> Of(StepKind kind) => Gen.Choose(0, 1_000).Select(choice => new Step(kind, choice));

    private async Task RunAsync(Step[] steps)
    {
        foreach (var (i, step) in steps.Index())
        {
            await TakeAsync(step);
            if ((i + 1) % StepsBetweenLooks == 0)
            {
                await AgreesAsync();
            }
        }

        await WakeUpAsync();
        await AgreesAsync();
    }

    private async Task TakeAsync(Step step)
    {
        var order = _orders.Count == 0 ? null : _orders.Values.ElementAt(step.Choice % _orders.Count);
        switch (step.Kind)
        {
            case StepKind.Submit:
            case var _ when order is null:
                await SubmitAsync(Sellers[step.Choice % 2]);
                break;
            case StepKind.Change when NextCommand(order, step.Choice) is { } command:
                await NoteAsync(order, (await _world.B.ChangeAsync(command)).Status);
                break;
            case StepKind.ChangeByHand:
                var status =
                    new[] { OrderStatus.Submitted, OrderStatus.Rejected, OrderStatus.Packaging }[step.Choice % 3];
                await _world.ExecuteAsync($"UPDATE orders SET status = '{status.Name()}' WHERE id = '{order.Id:D}'");
                await NoteAsync(order, status);
                break;
            case StepKind.CommitAndStop when !_stopped.ContainsKey(order.Id) && NextCommand(order, 0) is { } command:
                await CommitAndStopAsync(order, command);
                break;
            case StepKind.WakeUp:
                await WakeUpAsync();
                break;
            case StepKind.Flush:
                await _world.FlushAsync();
                break;
            case StepKind.EvictEntry:
                await _world.Redis.KeyDeleteAsync(_world.A.EntryKey(order.Id));
                break;
            case StepKind.EvictIndex:
                var indexes = Enum.GetValues<IndexKind>();
                await _world.Redis.KeyDeleteAsync(
                    Keys.Index(new IndexGroup(order.SellerId), indexes[step.Choice % indexes.Length]));
                break;
            case StepKind.BreakBuild:
                await BreakBuildAsync(order);
                break;
        }
    }

    private CacheEpoch Keys => _maintainer!.Host.Services.GetRequiredService<KeySpace>().Require();

    private async Task SubmitAsync(Caller seller)
    {
        var id = Commands.NewOrderId();
        await _world.B.ChangeAsync(new SubmitOrder(
            id, seller, $"ext-{id:N}", new SubmittedModel("part.stl", new string('a', 64), 12_000), "PLA", 2, null,
                null));
        await NoteAsync(
            new Expected(id, seller.Id, OrderStatus.Submitted, 0, default, default, default), OrderStatus.Submitted);
    }

    private static IOrderCommand? NextCommand(Expected order, int choice)
    {
        var none = EntityTagCondition.None;
        return order.Status switch
        {
            OrderStatus.Submitted => choice % 5 == 0 ? Cancel(order) : Commands.Price(order.Id),
            OrderStatus.PriceCalculated => Commands.Approve(order.Id),
            OrderStatus.ManufacturingApproved => Commands.Claim(order.Id),
            OrderStatus.ManufacturingStarted => choice % 2 == 0
                ? Commands.Release(order.Id)
                : new CompleteOrder(order.Id, Commands.Anna, none),
            OrderStatus.ManufacturingCompleted => new PackageOrder(order.Id, Commands.Anna, none),
            OrderStatus.Packaging => new ShipOrder(order.Id, Commands.Anna, none, "DHL", "JD0001"),
            OrderStatus.Shipped => new CloseOrder(order.Id, Commands.Crm, none),
            _ => null,
        };
    }

    private static Application.Orders.CancelOrder.CancelOrder Cancel(Expected order) =>
        new(order.Id, Commands.Crm, EntityTagCondition.None, "changed their mind");

    /// <summary>Commits a change and stops its writer: nothing is acknowledged, and nothing is put.</summary>
    private async Task CommitAndStopAsync(Expected order, IOrderCommand command)
    {
        var stop = _world.A.Seams.StopAt(Seam.BeforePut, order.Id);
        _stopped[order.Id] = (stop, _world.A.ChangeAsync(command));
        await stop.ReachedAsync();
        await NoteAsync(order, OrderStatuses.Parse(
            await _world.ScalarAsync<string>($"SELECT status FROM orders WHERE id = '{order.Id:D}'")));
    }

    private async Task WakeUpAsync()
    {
        foreach (var (stop, _) in _stopped.Values)
        {
            stop.Release();
        }

        await Task.WhenAll(_stopped.Values.Select(stopped => stopped.Changing));
        _stopped.Clear();
    }

    /// <summary>Loses the indexes, and holds the builder at this order for a while.</summary>
    private async Task BreakBuildAsync(Expected order)
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _maintainer!.Seams.Put = async call =>
        {
            if (call.Order.Id != order.Id)
            {
                return await call.Proceed();
            }

            failed.TrySetResult();
            return PutResult.Failed;
        };
        var seller = new IndexGroup(order.SellerId);
        await _world.Redis.KeyDeleteAsync([.. Keys.Indexes(IndexGroup.Board), .. Keys.Indexes(seller)]);
        await Hits.AskAsync(() => _maintainer.QueryAsync(new GetBoard(1)), "the board");
        await _maintainer.MissAsync(List(Sellers.Single(caller => caller.Id == order.SellerId), "-updatedAt"));
        await failed.Task.WaitAsync(Limit);
        _maintainer.Seams.Put = null;
    }

    /// <summary>
    /// Records the order's expected state. Only its times come from the database, which may have set them.
    /// </summary>
    private async Task NoteAsync(Expected order, OrderStatus status)
    {
        await using var connection = new NpgsqlConnection(_world.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT created_at, status_changed_at, updated_at FROM orders WHERE id = '{order.Id:D}'", connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        DateTimeOffset Time(int column) => new(row.GetDateTime(column), TimeSpan.Zero);
        _orders[order.Id] = order with
        {
            Status = status,
            Version = order.Version + 1,
            CreatedAt = Time(0),
            StatusChangedAt = Time(1),
            UpdatedAt =
                Time(2),
        };
    }

    /// <summary>Asserts that every page is a hit and agrees with the list, once the outbox is empty.</summary>
    private async Task AgreesAsync()
    {
        await Eventually.IsTrue(
            async () => await _world.ScalarAsync<long>("SELECT count(*) FROM outbox") == 0, Limit,
                "every writer's change is in the cache");
        await BoardAgreesAsync();
        foreach (var (i, status) in OrderStatuses.Active.Index())
        {
            var sort = (i + _orders.Count) % 2 == 0 ? BoardSort.Oldest : BoardSort.Newest;
            var column = _orders.Values.Where(order => order.Status == status);
            await PagesAgreeAsync<GetBoardColumn, BoardColumnPage>(
                new GetBoardColumn(Commands.Crm, status, sort, 4, null),
                Sorted(column, order => order.StatusChangedAt, sort == BoardSort.Newest),
                page => (page.Items, page.Next),
                (query, cursor) => query with { Cursor = cursor });
        }

        foreach (var seller in Sellers)
        {
            var own = _orders.Values.Where(order => order.SellerId == seller.Id).ToArray();
            foreach (var sort in new[] { "-updatedAt", "updatedAt", "-createdAt", "createdAt" })
            {
                await ListAgreesAsync(List(seller, sort), own);
            }

            await ListAgreesAsync(
                List(seller, "-updatedAt") with { UpdatedSince = own.ElementAtOrDefault(own.Length / 2)?.UpdatedAt },
                    own);
            foreach (var status in OrderStatuses.All)
            {
                await ListAgreesAsync(List(seller, "-updatedAt") with { Statuses = [status] }, own);
            }

            await ListAgreesAsync(
                List(seller, "updatedAt") with
                {
                    Statuses =
                    [OrderStatus.Submitted, OrderStatus.Rejected, OrderStatus.Packaging]
                }, own);
        }
    }

    private static ListOrders List(Caller seller, string sort) =>
        new(seller, [], null, null, null, OrderSort.Find(sort)!, 7, null);

    private async Task BoardAgreesAsync()
    {
        var board = await HitAsync(new GetBoard(5));
        foreach (var column in board.Columns)
        {
            var expected = Sorted(
                _orders.Values.Where(order => order.Status == column.Status), order => order.StatusChangedAt, false);
            Assert.That(board.Counts[column.Status], Is.EqualTo(expected.Length));
            Assert.That(column.Items.Select(Text), Is.EqualTo(expected.Take(5)));
        }
    }

    private Task ListAgreesAsync(ListOrders query, Expected[] own) => PagesAgreeAsync<ListOrders, OrderPage>(
        query,
        Sorted(
            own.Where(order => (query.Statuses.Count == 0 || query.Statuses.Contains(order.Status))
                && (query.UpdatedSince is null || order.UpdatedAt >= query.UpdatedSince)),
            order => query.Sort.By == OrderSortTime.UpdatedAt ? order.UpdatedAt : order.CreatedAt,
            query.Sort.Descending),
        page => (page.Items, page.Next),
        (list, cursor) => list with { Cursor = cursor });

    private async Task PagesAgreeAsync<TQuery, TPage>(
        TQuery query, string[] expected, Func<TPage, (IReadOnlyList<OrderSnapshot> Items, string? Next)> read,
            Func<TQuery, string?, TQuery> at)
        where TQuery : IQuery<TPage>
    {
        List<string> seen = [];
        string? cursor = null;
        do
        {
            var (items, next) = read(await HitAsync(at(query, cursor)));
            seen.AddRange(items.Select(Text));
            cursor = next;
        }
        while (cursor is not null && seen.Count <= expected.Length);
        Assert.That(seen, Is.EqualTo(expected), $"{query}");
    }

    /// <summary>Reads until the cache answers: what was lost comes back once a caller asks for it.</summary>
    private Task<T> HitAsync<T>(IQuery<T> query) => _maintainer!.UntilHitAsync(query);

    private static string[] Sorted(IEnumerable<Expected> orders, Func<Expected, DateTimeOffset> time, bool descending)
    {
        var sorted = orders.OrderBy(time).ThenBy(order => order.Id.ToString("D"), StringComparer.Ordinal)
            .Select(order => $"{order.Id:D} {order.Status} {order.Version}");
        return descending ? [.. sorted.Reverse()] : [.. sorted];
    }

    private static string Text(OrderSnapshot order) => $"{order.Id:D} {order.Status} {order.Version}";

    private enum StepKind
    {
        Submit,
        Change,
        ChangeByHand,
        CommitAndStop,
        WakeUp,
        Flush,
        EvictEntry,
        EvictIndex,
        BreakBuild,
    }

    /// <param name="Choice">Selects the order, and the way in which the step acts on it.</param>
    private sealed record Step(StepKind Kind, int Choice);

    private sealed record Expected(
        Guid Id, string SellerId, OrderStatus Status, int Version, DateTimeOffset CreatedAt,
            DateTimeOffset StatusChangedAt, DateTimeOffset UpdatedAt);
}
