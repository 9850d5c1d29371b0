using Mes.Application.Orders;
using Mes.Application.Orders.GetOrder;
using Mes.Application.Orders.GetOrderHistory;
using Mes.Application.Orders.GetOrderStatus;
using Mes.Application.Paging;
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
        var reader = Mock.Of<IOrderReader>(r => r.FindAsync(Given.OrderId, It.IsAny<CancellationToken>()) == Task.FromResult<OrderSnapshot?>(order));

        Assert.That((await new GetOrderHandler(reader).Handle(new GetOrder(Given.OrderId, Given.Alpha), CancellationToken.None)).Value, Is.SameAs(order));
        Assert.That((await new GetOrderStatusHandler(reader).Handle(new GetOrderStatus(Given.OrderId, Given.Alpha), CancellationToken.None)).Value, Is.SameAs(order));
    }

    [Test]
    public async Task An_order_that_never_existed_is_not_there()
    {
        var reader = Mock.Of<IOrderReader>(r =>
            r.FindAsync(Given.OrderId, It.IsAny<CancellationToken>()) == Task.FromResult<OrderSnapshot?>(null)
            && r.FindHistoryAsync(Given.OrderId, 0, PageLimits.HistoryDefault + 1, It.IsAny<CancellationToken>()) == Task.FromResult<OrderHistory?>(null));

        Assert.That((await new GetOrderHandler(reader).Handle(new GetOrder(Given.OrderId, Given.Alpha), CancellationToken.None)).Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That((await new GetOrderStatusHandler(reader).Handle(new GetOrderStatus(Given.OrderId, Given.Alpha), CancellationToken.None)).Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That((await new GetOrderHistoryHandler(reader, _cursors.Object).Handle(new GetOrderHistory(Given.OrderId, Given.Alpha), CancellationToken.None)).Error, Is.EqualTo(OrderErrors.NotFound));
    }

    [Test]
    public async Task The_history_of_another_sellers_order_is_not_there()
    {
        var history = new OrderHistory("alpha", []);
        var reader = Mock.Of<IOrderReader>(r =>
            r.FindHistoryAsync(Given.OrderId, 0, PageLimits.HistoryDefault + 1, It.IsAny<CancellationToken>()) == Task.FromResult<OrderHistory?>(history)
            && r.FindAsync(Given.OrderId, It.IsAny<CancellationToken>()) == Task.FromResult<OrderSnapshot?>(Given.Snapshot()));
        var handler = new GetOrderHistoryHandler(reader, _cursors.Object);

        Assert.That((await handler.Handle(new GetOrderHistory(Given.OrderId, Given.Alpha), CancellationToken.None)).Value, Is.SameAs(history));
        Assert.That((await handler.Handle(new GetOrderHistory(Given.OrderId, Given.Beta), CancellationToken.None)).Error, Is.EqualTo(OrderErrors.NotFound));
        Mock.Get(reader).Verify(r => r.FindHistoryAsync(Given.OrderId, It.IsAny<int>(), It.IsAny<int>(), It.IsAny<CancellationToken>()), Times.Once, "its history is not even read: that takes the longer the more there is");
    }
}
