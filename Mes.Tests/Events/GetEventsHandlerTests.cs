using Mes.Application.Events;
using Mes.Application.Events.GetEvents;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Tests.Unit;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Events;

[Category("Unit")]
internal sealed class GetEventsHandlerTests
{
    private static readonly Caller Alpha = new(Role.Seller, "alpha");
    private static readonly EventPosition End = new(7, 77);
    private readonly Mock<IEventSource> _source = new(MockBehavior.Strict);
    private readonly Mock<IEventCursors> _cursors = new(MockBehavior.Strict);

    [Test]
    public async Task A_seller_reads_its_own_events_from_the_place_of_its_cursor()
    {
        var after = new EventPosition(3, 33);
        _cursors.Setup(c => c.Unprotect("c", "events\nalpha")).Returns(after);
        _cursors.Setup(c => c.Protect(End, "events\nalpha")).Returns("next");
        _source.Setup(s => s.ReadAsync(after, "alpha", 5, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new EventSlice([Event(OrderStatus.Submitted, OrderStatus.PriceCalculated)], End, true));

        var page = (await HandleAsync(new GetEvents(Alpha, "c", null, 5, 0))).Value;

        Assert.That((page.Next, page.HasMore, page.End), Is.EqualTo(("next", true, End)));
        Assert.That(page.Items.Single().Type, Is.EqualTo("order.price_calculated"));
    }

    [TestCase(Role.Operator)]
    [TestCase(Role.Service)]
    public async Task Those_who_see_all_share_their_cursors(Role role)
    {
        _cursors.Setup(c => c.Protect(End, "events\n")).Returns("next");
        _source.Setup(s => s.ReadAsync(null, null, 5, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new EventSlice([], End, false));

        var page = (await HandleAsync(new GetEvents(new Caller(role, "x"), null, null, 5, 0))).Value;

        Assert.That(page.Next, Is.EqualTo("next"));
    }

    [Test]
    public async Task Who_begins_now_gets_the_end_and_nothing_before_it()
    {
        _source.Setup(s => s.FindEndAsync(It.IsAny<CancellationToken>())).ReturnsAsync(End);
        _cursors.Setup(c => c.Protect(End, "events\nalpha")).Returns("next");

        var page = (await HandleAsync(new GetEvents(Alpha, null, EventStart.Now, 5, 0))).Value;

        Assert.That((page.Items.Count, page.Next, page.HasMore), Is.EqualTo((0, "next", false)));
    }

    [Test]
    public async Task A_foreign_cursor_is_a_validation_error()
    {
        _cursors.Setup(c => c.Unprotect("c", It.IsAny<string>())).Returns((EventPosition?)null);

        var result = await HandleAsync(new GetEvents(Alpha, "c", null, 5, 0));

        Assert.That(((ValidationError)result.Error!).Errors.Keys, Is.EqualTo(new[] { "cursor" }));
    }

    [Test]
    public async Task A_place_that_the_feed_does_not_have_has_expired()
    {
        _cursors.Setup(c => c.Unprotect("c", It.IsAny<string>())).Returns(End);
        _source.Setup(s => s.ReadAsync(End, "alpha", 5, It.IsAny<CancellationToken>()))
            .ReturnsAsync((EventSlice?)null);

        Assert.That((await HandleAsync(new GetEvents(Alpha, "c", null, 5, 0))).Error,
            Is.EqualTo(EventErrors.CursorExpired));
    }

    [Test]
    public void Every_status_has_a_type_and_a_change_without_one_is_order_changed() => Assert.Multiple(() =>
    {
        Assert.That(Event(null, OrderStatus.Submitted).Type, Is.EqualTo("order.submitted"));
        Assert.That(Event(OrderStatus.ManufacturingApproved, OrderStatus.ManufacturingStarted).Type,
            Is.EqualTo("order.manufacturing_started"));
        Assert.That(Event(OrderStatus.Shipped, OrderStatus.Shipped).Type, Is.EqualTo("order.changed"));
    });

    [TestCase(1, 0, true)]
    [TestCase(500, 30, true)]
    [TestCase(0, 0, false)]
    [TestCase(501, 0, false)]
    [TestCase(1, -1, false)]
    [TestCase(1, 31, false)]
    public void Limit_and_wait_have_bounds(int limit, int wait, bool valid) =>
        Assert.That(
            new GetEventsValidator().Validate(new GetEvents(Alpha, null, null, limit, wait)).IsValid,
            Is.EqualTo(valid));

    [Test]
    public void A_cursor_and_a_start_exclude_each_other() =>
        Assert.That(
            new GetEventsValidator().Validate(new GetEvents(Alpha, "c", EventStart.Oldest, 1, 0)).IsValid, Is.False);

    private async Task<Domain.Results.Result<EventPage>> HandleAsync(GetEvents query) =>
        await new GetEventsHandler(_source.Object, _cursors.Object).Handle(query, CancellationToken.None);

    private static FeedEvent Event(OrderStatus? from, OrderStatus to) => new(
        End, Given.OrderId, Given.OrderId, 2, "alpha", "PO", from, to, DateTimeOffset.UnixEpoch);
}
