using Mes.Domain.Orders;
using NUnit.Framework;

namespace Mes.Tests.Unit.Orders;

[Category("Unit")]
internal sealed class OrderStatusesTests
{
    private static readonly string[] Names =
    [
        "SUBMITTED", "PRICE_CALCULATED", "MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED",
        "PACKAGING", "SHIPPED", "CLOSED", "CANCELLED", "REJECTED",
    ];

    [Test]
    public void The_names_are_exactly_these() =>
        Assert.That(OrderStatuses.All.Select(status => status.Name()), Is.EqualTo(Names));

    [Test]
    public void Each_name_leads_back_to_its_status() =>
        Assert.That(Names.Select(OrderStatuses.Parse), Is.EqualTo(Enum.GetValues<OrderStatus>()));

    [Test]
    public void All_but_three_are_active()
    {
        Assert.That(OrderStatuses.Active.Select(status => status.Name()), Is.EqualTo(Names[..7]));
        Assert.That(
            OrderStatuses.All.Where(OrderStatuses.IsTerminal).Select(status => status.Name()), Is.EqualTo(Names[7..]));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("submitted")]
    [TestCase("Submitted")]
    [TestCase("0")]
    [TestCase("SUBMITTED ")]
    [TestCase("PRICECALCULATED")]
    public void Nothing_else_is_a_name(string? text)
    {
        Assert.That(OrderStatuses.TryParse(text, out _), Is.False);
        Assert.That(() => OrderStatuses.Parse(text!), Throws.TypeOf<FormatException>());
    }
}
