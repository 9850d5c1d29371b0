using System.Text;
using System.Text.Json;
using Mes.Application.Board.GetBoard;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Json;
using Mes.Application.Paging;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Microsoft.Extensions.Time.Testing;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.UseCases;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class BoardHandlerTests
{
    private static readonly GetBoardColumn Column = new(Given.Anna, OrderStatus.Submitted, BoardSort.Oldest, 2, null);

    private readonly Mock<IOrderSelectionReader> _orders = new(MockBehavior.Strict);
    private readonly Mock<ICursorProtector> _cursors = new(MockBehavior.Strict);
    private readonly List<string> _scopes = [];

    public BoardHandlerTests() =>
        _cursors.Setup(cursors => cursors.Protect(It.IsAny<PagePosition>(), It.IsAny<string>()))
            .Returns((PagePosition position, string scope) =>
        {
            _scopes.Add(scope);
            return $"behind {position.Id:D} {position.Time:HH:mm}";
        });

    [Test]
    public async Task The_board_has_every_active_status_also_where_there_is_nothing()
    {
        var card = OrderSnapshot.From(Given.AnOrder(OrderStatus.Packaging));
        Finds(
            new OrderSelection.Board(20),
            new SelectedOrders(
                [.. OrderStatuses.Active.Select(status => status == OrderStatus.Packaging ? 31 : 0)], [card]));
        var handler = new GetBoardHandler(_orders.Object, new FakeTimeProvider(Given.Noon));

        var view = (await handler.Handle(new GetBoard(20), CancellationToken.None)).Value;

        Assert.Multiple(() =>
        {
            Assert.That(view.AsOf, Is.EqualTo(Given.Noon));
            Assert.That(view.Counts.Keys, Is.EqualTo(OrderStatuses.Active));
            Assert.That(view.Counts.Where(count => count.Value != 0),
                Is.EqualTo(new[] { KeyValuePair.Create(OrderStatus.Packaging, 31) }));
            Assert.That(view.Columns.Select(column => column.Status), Is.EqualTo(OrderStatuses.Active));
            Assert.That(view.Columns.SelectMany(column => column.Items), Is.EqualTo(new[] { card }));
            Assert.That(
                view.Columns.Single(column => column.Status == OrderStatus.Packaging).Items, Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task Of_the_board_requests_share_all_but_the_time()
    {
        var found = new SelectedOrders([.. OrderStatuses.Active.Select(_ => 1)], Cards(1));
        Finds(new OrderSelection.Board(20), found);
        var clock = new FakeTimeProvider(Given.Noon);
        var handler = new GetBoardHandler(_orders.Object, clock);

        var first = (await handler.Handle(new GetBoard(20), CancellationToken.None)).Value;
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = (await handler.Handle(new GetBoard(20), CancellationToken.None)).Value;

        Assert.Multiple(() =>
        {
            Assert.That(second.SharedJson.Equals(first.SharedJson), "the same bytes");
            Assert.That(JsonSerializer.Serialize(second, MesJson.Options),
                Is.EqualTo($"{Start(second.SharedJson)},\"asOf\":\"2026-01-31T12:00:01.000Z\"}}"));
        });
    }

    [Test]
    public async Task Of_a_column_callers_share_the_orders_but_not_the_cursor()
    {
        Finds(count: 3, after: null, total: 17, Cards(3));
        var handler = new GetBoardColumnHandler(_orders.Object, _cursors.Object, new FakeTimeProvider(Given.Noon));

        var anna = (await handler.Handle(Column, CancellationToken.None)).Value;
        var boris = (await handler.Handle(Column with { Caller = Given.Boris }, CancellationToken.None)).Value;

        Assert.Multiple(() =>
        {
            Assert.That(boris.SharedJson.Equals(anna.SharedJson), "the same bytes");
            Assert.That(
                _scopes,
                Is.EqualTo(new[] { Column.CursorScope, (Column with { Caller = Given.Boris }).CursorScope }));
            Assert.That(JsonSerializer.Serialize(anna, MesJson.Options),
                Is.EqualTo($"{Start(anna.SharedJson)},\"next\":\"{anna.Next}\",\"count\":17}}"));
        });
    }

    [Test]
    public async Task A_column_shows_a_page_and_counts_all()
    {
        Finds(count: 3, after: null, total: 17, Cards(3));

        var page = (await new GetBoardColumnHandler(_orders.Object, _cursors.Object, new FakeTimeProvider(Given.Noon))
            .Handle(Column, CancellationToken.None)).Value;

        Assert.That(page.Items.Select(order => order.Id), Is.EqualTo(Cards(3).Take(2).Select(order => order.Id)));
        Assert.That((page.Count, page.Next), Is.EqualTo((17, $"behind {Cards(3)[1].Id:D} 12:00")));
    }

    [Test]
    public async Task The_last_page_of_a_column_has_no_next()
    {
        Finds(count: 3, after: null, total: 2, Cards(2));

        var page = (await new GetBoardColumnHandler(_orders.Object, _cursors.Object, new FakeTimeProvider(Given.Noon))
            .Handle(Column, CancellationToken.None)).Value;

        Assert.That((page.Items.Count, page.Count, page.Next), Is.EqualTo((2, 2, (string?)null)));
    }

    [Test]
    public async Task A_cursor_leads_to_what_is_behind_it_and_a_forged_one_nowhere()
    {
        var position = new PagePosition(Given.Noon, Given.OrderId);
        _cursors.Setup(cursors => cursors.Unprotect("good", It.IsAny<string>())).Returns(position);
        _cursors.Setup(cursors => cursors.Unprotect("forged", It.IsAny<string>())).Returns((PagePosition?)null);
        Finds(count: 3, after: position, total: 3, Cards(1));
        var handler = new GetBoardColumnHandler(_orders.Object, _cursors.Object, new FakeTimeProvider(Given.Noon));

        Assert.That((await handler.Handle(Column with { Cursor = "good" }, CancellationToken.None)).Value.Items,
            Has.Count.EqualTo(1));
        Assert.That((await handler.Handle(Column with { Cursor = "forged" }, CancellationToken.None)).Error?.Code,
            Is.EqualTo("validation-error"));
    }

    [Test]
    public async Task A_cursor_is_bound_to_caller_status_and_sort_but_not_to_the_page_size()
    {
        _orders.Setup(orders => orders.ReadAsync(It.IsAny<OrderSelection.Column>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new SelectedOrders([3], Cards(3)));
        var handler = new GetBoardColumnHandler(_orders.Object, _cursors.Object, new FakeTimeProvider(Given.Noon));

        foreach (var column in new[]
                 {
                     Column, Column with { Limit = 1 }, Column with { Caller = Given.Boris },
                     Column with { Status = OrderStatus.Shipped }, Column with { Sort = BoardSort.Newest },
                 })
        {
            await handler.Handle(column, CancellationToken.None);
        }

        Assert.That(_scopes[0], Is.EqualTo(_scopes[1]));
        Assert.That(_scopes[1..], Is.Unique);
    }

    /// <summary>Without the brace that ends the object.</summary>
    private static string Start(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span[..^1]);

    private static List<OrderSnapshot> Cards(int count) =>
        [.. Enumerable.Range(1, count)
            .Select(n => OrderSnapshot.From(Given.AnOrder(OrderStatus.Submitted)) with { Id =
                new Guid($"019c13e5-7a00-7000-8000-{n:000000000000}") })];

    private void Finds(int count, PagePosition? after, int total, IReadOnlyList<OrderSnapshot> found) => Finds(
        new OrderSelection.Column(OrderStatus.Submitted, BoardSort.Oldest, after, count, null, Given.Noon),
        new SelectedOrders([total], found));

    private void Finds(OrderSelection selection, SelectedOrders found) =>
        _orders.Setup(orders => orders.ReadAsync(selection, It.IsAny<CancellationToken>())).ReturnsAsync(found);
}
