using Mes.Application.Orders.GetOrder;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Orders.GetOrderStatus;
using Mes.Application.Paging;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.UseCases;

[Category("Unit")]
internal sealed class ReadOrderHandlerTests
{
    private readonly Mock<ICursorProtector> _cursors = new(MockBehavior.Strict);

    [Test]
    public async Task A_miss_reads_the_order_from_the_database()
    {
        var order = Given.Snapshot();
        var reader = Mock.Of<IOrderReader>(
            r => r.FindAsync(Given.OrderId, It.IsAny<CancellationToken>()) == Task.FromResult<OrderSnapshot?>(order));

        Assert.That((await new GetOrderHandler(reader)
            .Handle(new GetOrder(Given.OrderId, Given.Alpha), CancellationToken.None)).Value, Is.SameAs(order));
        Assert.That((await new GetOrderStatusHandler(reader)
            .Handle(new GetOrderStatus(Given.OrderId, Given.Alpha), CancellationToken.None)).Value, Is.SameAs(order));
    }

    [Test]
    public async Task An_order_that_never_existed_is_not_there()
    {
        var reader = Mock.Of<IOrderReader>(
            r => r.FindAsync(Given.OrderId, It.IsAny<CancellationToken>()) == Task.FromResult<OrderSnapshot?>(null));
        var histories = Histories(null);

        Assert.That(
            (await new GetOrderHandler(reader).Handle(new GetOrder(Given.OrderId, Given.Alpha),
                CancellationToken.None)).Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That(
            (await new GetOrderStatusHandler(reader).Handle(new GetOrderStatus(Given.OrderId, Given.Alpha),
                CancellationToken.None)).Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That(
            (await new GetOrderHistoryHandler(reader, histories, _cursors.Object)
                .Handle(new GetOrderHistory(Given.OrderId, Given.Alpha), CancellationToken.None)).Error,
                    Is.EqualTo(OrderErrors.NotFound));
    }

    [Test]
    public async Task The_history_of_another_sellers_order_is_not_there()
    {
        var history = new OrderHistory("alpha", []);
        var reader = Mock.Of<IOrderReader>(r =>
            r.FindAsync(Given.OrderId, It.IsAny<CancellationToken>()) == Task.FromResult<OrderSnapshot?>(
                Given.Snapshot()));
        var histories = Histories(history);
        var handler = new GetOrderHistoryHandler(reader, histories, _cursors.Object);

        Assert.That(
            (await handler.Handle(new GetOrderHistory(Given.OrderId, Given.Alpha), CancellationToken.None)).Value,
                Is.SameAs(history));
        Assert.That(
            (await handler.Handle(new GetOrderHistory(Given.OrderId, Given.Beta), CancellationToken.None)).Error,
                Is.EqualTo(OrderErrors.NotFound));
        Mock.Get(histories).Verify(
            r => r.FindHistoryAsync(Given.OrderId, It.IsAny<int>(), It.IsAny<int>(), It.IsAny<CancellationToken>()),
            Times.Once,
            "the handler does not even read a history that it may not show, because the time would reveal its length");
    }

    private static IOrderHistoryReader Histories(OrderHistory? found) => Mock.Of<IOrderHistoryReader>(r =>
        r.FindHistoryAsync(Given.OrderId, 0, PageLimits.HistoryDefault
            + 1, It.IsAny<CancellationToken>()) == Task.FromResult(found));
}
