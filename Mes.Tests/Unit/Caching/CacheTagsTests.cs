using Mes.Application.Caching;
using Mes.Domain.Orders;
using NUnit.Framework;

namespace Mes.Tests.Unit.Caching;

[Category("Unit")]
internal sealed class CacheTagsTests
{
    private static readonly string Order = $"order:{Given.OrderId:D}";

    [Test]
    public void A_submission_touches_the_order_its_seller_its_status_and_all_orders() =>
        Assert.That(CacheTags.Of(Given.Submission()),
            Is.EquivalentTo(new[] { Order, "seller:alpha", "status:SUBMITTED", "orders" }));

    [Test]
    public void A_change_of_the_status_touches_both_statuses()
    {
        var change = Given.AnOrder(OrderStatus.Submitted).Cancel(Given.Alpha, "a mistake", Given.Noon).Value;

        Assert.That(CacheTags.Of(change),
            Is.EquivalentTo(new[] { Order, "seller:alpha", "status:SUBMITTED", "status:CANCELLED", "orders" }));
    }

    [Test]
    public void A_repeated_claim_names_its_status_once()
    {
        var change = Given.AnOrder(OrderStatus.ManufacturingStarted).Claim(Given.Anna, Given.Noon).Value;

        Assert.That(CacheTags.Of(change),
            Is.EquivalentTo(new[] { Order, "seller:alpha", "status:MANUFACTURING_STARTED", "orders" }));
    }
}
