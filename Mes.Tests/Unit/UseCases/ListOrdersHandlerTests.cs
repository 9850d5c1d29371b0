using System.Text;
using System.Text.Json;
using Mes.Application.Json;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Paging;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.UseCases;

[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ListOrdersHandlerTests
{
    private static readonly PagePosition Position = new(Given.Noon, Given.OrderId);

    private readonly Mock<IOrderSelectionReader> _reader = new(MockBehavior.Strict);
    private readonly Mock<ICursorProtector> _cursors = new(MockBehavior.Strict);
    private readonly List<string> _scopes = [];
    private OrderFilter? _asked;

    public ListOrdersHandlerTests() =>
        _cursors.Setup(cursors => cursors.Protect(It.IsAny<PagePosition>(), It.IsAny<string>()))
            .Returns((PagePosition position, string scope) =>
        {
            _scopes.Add(scope);
            return $"behind {position.Id} {position.Time:HH:mm}";
        });

    [Test]
    public async Task One_more_than_the_page_is_read_and_not_shown()
    {
        Finds(count: 4, after: null, found: Documents(4));

        var page = (await new ListOrdersHandler(_reader.Object, _cursors.Object)
            .Handle(List(limit: 3), CancellationToken.None)).Value;

        Assert.That(page.Items.Select(order => order.Id), Is.EqualTo(Documents(4).Take(3).Select(order => order.Id)));
        Assert.That(page.Next, Is.EqualTo($"behind {Documents(4)[2].Id} 14:00"),
            "the last that is shown, by the time of its last change");
    }

    [Test]
    public async Task Callers_share_the_orders_but_not_the_cursor()
    {
        var found = new SelectedOrders([], Documents(4));
        _reader.Setup(reader => reader.ReadAsync(It.IsAny<OrderSelection>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(found);
        var handler = new ListOrdersHandler(_reader.Object, _cursors.Object);
        var ofSeller = List(limit: 3) with { Caller = Given.Alpha };
        var ofService = List(limit: 3) with { SellerId = Given.Alpha.Id };

        var seller = (await handler.Handle(ofSeller, CancellationToken.None)).Value;
        var service = (await handler.Handle(ofService, CancellationToken.None)).Value;

        Assert.Multiple(() =>
        {
            Assert.That(service.SharedJson.Equals(seller.SharedJson), "the same bytes");
            Assert.That(_scopes, Is.EqualTo(new[] { ofSeller.CursorScope, ofService.CursorScope }));
            Assert.That(
                JsonSerializer.Serialize(seller, MesJson.Options),
                Is.EqualTo($"{Encoding.UTF8.GetString(seller.SharedJson.Span[..^1])},\"next\":\"{seller.Next}\"}}"));
        });
    }

    [TestCase(3)]
    [TestCase(2)]
    [TestCase(0)]
    public async Task The_last_page_has_no_next(int found)
    {
        Finds(count: 4, after: null, found: Documents(found));

        var page = (await new ListOrdersHandler(_reader.Object, _cursors.Object)
            .Handle(List(limit: 3), CancellationToken.None)).Value;

        Assert.That((page.Items.Count, page.Next), Is.EqualTo((found, (string?)null)));
    }

    [Test]
    public async Task Sorted_by_submission_the_cursor_has_the_time_of_the_submission()
    {
        Finds(count: 2, after: null, found: Documents(2));

        var page = (await new ListOrdersHandler(_reader.Object, _cursors.Object).Handle(
            List(limit: 1) with { Sort = OrderSort.Find("createdAt")! }, CancellationToken.None)).Value;

        Assert.That(page.Next, Does.EndWith(" 12:00"));
    }

    [Test]
    public async Task A_cursor_is_read_for_this_list_and_leads_to_what_is_behind_it()
    {
        _cursors.Setup(cursors => cursors.Unprotect("cursor", It.IsAny<string>())).Returns((string _, string scope) =>
        {
            _scopes.Add(scope);
            return Position;
        });
        Finds(count: 2, after: Position, found: Documents(2));

        var page = (await new ListOrdersHandler(_reader.Object, _cursors.Object)
            .Handle(List(limit: 1) with { Cursor = "cursor" }, CancellationToken.None)).Value;

        Assert.That(page.Items, Has.Count.EqualTo(1));
        Assert.That(_scopes, Has.Count.EqualTo(2));
        Assert.That(_scopes[0], Is.EqualTo(_scopes[1]), "one page's cursor is good for the next page of the same list");
    }

    [Test]
    public async Task A_cursor_that_is_not_good_is_refused_without_reading()
    {
        _cursors.Setup(cursors => cursors.Unprotect("forged", It.IsAny<string>())).Returns((PagePosition?)null);

        var result = await new ListOrdersHandler(_reader.Object, _cursors.Object)
            .Handle(List(limit: 1) with { Cursor = "forged" }, CancellationToken.None);

        Assert.That(((ValidationError)result.Error!).Errors.Keys, Is.EqualTo(new[] { "cursor" }));
    }

    [Test]
    public async Task A_cursor_is_bound_to_the_caller_and_to_everything_that_selects_and_sorts()
    {
        Finds(count: 2, after: null, found: Documents(2));
        ListOrders[] lists =
        [
            List(1),
            List(1) with { Caller = Given.Anna },
            List(1) with { Caller = Given.Alpha },
            List(1) with { Statuses = [OrderStatus.Submitted] },
            List(1) with { Statuses = [OrderStatus.Submitted, OrderStatus.Closed] },
            List(1) with { ExternalId = "PO-1" },
            List(1) with { SellerId = "PO-1" },
            List(1) with { UpdatedSince = Given.Noon },
            List(1) with { Sort = OrderSort.Find("updatedAt")! },
            List(1) with { Sort = OrderSort.Find("-createdAt")! },
        ];

        foreach (var list in lists)
        {
            await new ListOrdersHandler(_reader.Object, _cursors.Object).Handle(list, CancellationToken.None);
        }

        Assert.That(_scopes, Is.Unique);
        Assert.That(_scopes, Has.Count.EqualTo(lists.Length));
    }

    [Test]
    public async Task The_page_size_and_the_order_of_the_statuses_do_not_matter_to_a_cursor()
    {
        Finds(count: 2, after: null, found: Documents(2));
        Finds(count: 3, after: null, found: Documents(3));
        var handler = new ListOrdersHandler(_reader.Object, _cursors.Object);

        await handler.Handle(
            List(1) with { Statuses = [OrderStatus.Submitted, OrderStatus.Closed] }, CancellationToken.None);
        await handler.Handle(
            List(2) with { Statuses = [OrderStatus.Closed, OrderStatus.Submitted, OrderStatus.Closed] },
                CancellationToken.None);

        Assert.That(_scopes[0], Is.EqualTo(_scopes[1]));
    }

    [TestCase(Role.Seller, "alpha", null, "alpha")]
    [TestCase(Role.Seller, "alpha", "beta", "alpha")]
    [TestCase(Role.Operator, "anna", null, null)]
    [TestCase(Role.Service, "crm", "beta", "beta")]
    public async Task A_seller_gets_its_own_orders_whatever_it_asks_for(
        Role role, string id, string? askedFor, string? filtered)
    {
        Finds(count: 2, after: null, found: []);

        await new ListOrdersHandler(_reader.Object, _cursors.Object).Handle(
            List(1) with { Caller = new Caller(role, id), SellerId = askedFor }, CancellationToken.None);

        Assert.That(_asked?.SellerId, Is.EqualTo(filtered), "bug class 20");
    }

    private static ListOrders List(int limit) => new(Given.Crm, [], null, null, null, OrderSort.Default, limit, null);

    private static List<OrderSnapshot> Documents(int count) =>
    [
        .. Enumerable.Range(1, count).Select(n => OrderSnapshot.From(Given.AnOrder(OrderStatus.Submitted)) with
        {
            Id = new Guid($"019c13e5-7a00-7000-8000-{n:000000000000}"), UpdatedAt = Given.Noon.AddHours(2),
        }),
    ];

    private void Finds(int count, PagePosition? after, IReadOnlyList<OrderSnapshot> found) =>
        _reader.Setup(reader => reader.ReadAsync(
                It.Is<OrderSelection.List>(list => list.Count == count && list.After == after),
                    It.IsAny<CancellationToken>()))
            .ReturnsAsync((OrderSelection list, CancellationToken _) =>
            {
                _asked = ((OrderSelection.List)list).Filter;
                return new SelectedOrders([], found);
            });
}
