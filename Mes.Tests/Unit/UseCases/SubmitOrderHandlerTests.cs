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
        orders.Setup(o => o.FindIdAsync("alpha", "PO-1", It.IsAny<CancellationToken>())).ReturnsAsync(taken);

        var result = await new SubmitOrderHandler(orders.Object, new FakeTimeProvider(Given.Noon))
            .Handle(Command, CancellationToken.None);

        Assert.That(result.Error?.Code, Is.EqualTo("duplicate-external-id"));
        Assert.That(result.Error?.Facts["id"], Is.EqualTo(taken));
        orders.Verify(o => o.Add(It.IsAny<SubmitOrder>(), It.IsAny<Order>()), Times.Never);
    }
}
