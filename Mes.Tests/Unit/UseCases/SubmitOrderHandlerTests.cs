using Mes.Application.Orders;
using Mes.Application.Orders.SubmitOrder;
using Mes.Domain.Orders;
using Microsoft.Extensions.Time.Testing;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.UseCases;

[Category("Unit")]
internal sealed class SubmitOrderHandlerTests
{
    private static readonly SubmitOrder Command = new(
        Given.OrderId, Given.Alpha, "PO-1", new SubmittedModel("a.stl", new string('a', 64), 7), "PLA", 2, null,
            "soon");

    [Test]
    public async Task The_order_has_the_id_that_the_command_brought()
    {
        var orders = new Mock<IOrderRepository>();

        var result = await new SubmitOrderHandler(orders.Object, new FakeTimeProvider(Given.Noon))
            .Handle(Command, CancellationToken.None);

        var order = result.Value.Order;
        Assert.That((order.Id, order.SellerId, order.Model.PolygonCount, order.CreatedAt),
            Is.EqualTo((Given.OrderId, "alpha", 7L, Given.Noon)));
        orders.Verify(o => o.Add(Command, order), Times.Once);
    }

    [Test]
    public async Task An_external_id_that_is_taken_is_refused_with_the_order_that_has_it()
    {
        var taken = new Guid("019c13e5-7a00-7000-8000-00000000000f");
        var orders = new Mock<IOrderRepository>();
        orders.Setup(o => o.FindEarlierAsync(Command, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new EarlierSubmissions(taken, WithKey: null));

        var result = await new SubmitOrderHandler(orders.Object, new FakeTimeProvider(Given.Noon))
            .Handle(Command, CancellationToken.None);

        Assert.That(result.Error?.Code, Is.EqualTo("duplicate-external-id"));
        Assert.That(result.Error?.Facts["id"], Is.EqualTo(taken));
        orders.Verify(o => o.Add(It.IsAny<SubmitOrder>(), It.IsAny<Order>()), Times.Never);
    }

    [Test]
    public async Task The_same_key_and_body_repeat_the_submission_and_change_nothing()
    {
        var (orders, first) = Submitted([1, 2, 3]);

        var result = await new SubmitOrderHandler(orders.Object, new FakeTimeProvider(Given.Noon))
            .Handle(Keyed([1, 2, 3]), CancellationToken.None);

        Assert.That(result.Value.Order, Is.SameAs(first));
        Assert.That(result.Value.Changed, Is.False);
        orders.Verify(o => o.Add(It.IsAny<SubmitOrder>(), It.IsAny<Order>()), Times.Never);
    }

    [Test]
    public async Task The_same_key_and_another_body_are_refused_whatever_its_external_id()
    {
        var (orders, _) = Submitted([1, 2, 3]);

        var result = await new SubmitOrderHandler(orders.Object, new FakeTimeProvider(Given.Noon))
            .Handle(Keyed([1, 2, 4]), CancellationToken.None);

        Assert.That(result.Error?.Code, Is.EqualTo("idempotency-key-reused"));
        orders.Verify(o => o.Add(It.IsAny<SubmitOrder>(), It.IsAny<Order>()), Times.Never);
    }

    private static SubmitOrder Keyed(byte[] bodyHash) =>
        Command with { IdempotencyKey = new IdempotencyKey("key", bodyHash) };

    private static (Mock<IOrderRepository> Orders, Order First) Submitted(byte[] bodyHash)
    {
        var first = Order.Submit(
            new Guid("019c13e5-7a00-7000-8000-00000000000e"), Given.Alpha, "PO-1", new Model3D("a.stl", new string('a', 64), 7), "PLA", 2, null, null,
            Given.Noon).Order;
        var orders = new Mock<IOrderRepository>();
        orders.Setup(o => o.FindEarlierAsync(It.IsAny<SubmitOrder>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(new EarlierSubmissions(first.Id, new EarlierSubmissions.Keyed(first.Id, bodyHash)));
        orders.Setup(o => o.FindAsync(
            It.Is<SubmitOrder>(command => command.OrderId == first.Id), It.IsAny<CancellationToken>()))
            .ReturnsAsync(first);
        return (orders, first);
    }
}
