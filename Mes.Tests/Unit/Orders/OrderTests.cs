using Mes.Domain.Orders;
using NUnit.Framework;

namespace Mes.Tests.Unit.Orders;

[Category("Unit")]
internal sealed class OrderTests
{
    [Test]
    public void A_submitted_order_is_as_it_was_submitted()
    {
        var change = Given.Submission();
        var order = change.Order;

        Assert.Multiple(() =>
        {
            Assert.That(change.From, Is.Null);
            Assert.That(change.Changed);
            Assert.That(order.Id, Is.EqualTo(Given.OrderId));
            Assert.That((order.SellerId, order.ExternalId, order.Material, order.Quantity),
                Is.EqualTo(("alpha", "PO-1", "PLA", 3)));
            Assert.That(order.Model, Is.EqualTo(new Model3D("bracket.stl", new string('a', 64), 1200)));
            Assert.That((order.DueAt, order.Notes),
                Is.EqualTo(((DateTimeOffset?)Given.Noon.AddDays(7), "as light as possible")));
            Assert.That((order.Price, order.OperatorId, order.Shipment),
                Is.EqualTo(((Price?)null, (string?)null, (Shipment?)null)));
            Assert.That((order.Status, order.Version), Is.EqualTo((OrderStatus.Submitted, 1)));
            Assert.That(new[] { order.CreatedAt, order.StatusChangedAt, order.UpdatedAt }, Is.All.EqualTo(Given.Noon));
            Assert.That(order.LastChange, Is.EqualTo(new Change("seller:alpha", null)));
        });
    }

    [Test]
    public void Times_are_in_UTC_and_in_whole_milliseconds()
    {
        var order = Given.Submission(
            new DateTimeOffset(2026, 1, 31, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(12_345_678)).Order;

        Assert.That(order.CreatedAt, Is.EqualTo(Given.Noon.AddMilliseconds(1234)));
        Assert.That(order.CreatedAt.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Each_change_raises_the_version_by_one_and_says_who_made_it_and_when()
    {
        var order = Given.AnOrder(OrderStatus.ManufacturingStarted);

        order.Release(Given.Anna, "the printer broke", Given.Noon.AddMinutes(5));

        Assert.Multiple(() =>
        {
            Assert.That(order.Version, Is.EqualTo(5));
            Assert.That(order.LastChange, Is.EqualTo(new Change("operator:anna", "the printer broke")));
            Assert.That(order.UpdatedAt, Is.EqualTo(Given.Noon.AddMinutes(5)));
            Assert.That(order.StatusChangedAt, Is.EqualTo(Given.Noon.AddMinutes(5)));
            Assert.That(order.CreatedAt, Is.EqualTo(Given.Noon));
        });
    }

    [Test]
    public void The_note_of_a_change_does_not_stay_for_the_next_one()
    {
        var order = Given.AnOrder(OrderStatus.ManufacturingStarted);
        order.Release(Given.Anna, "the printer broke", Given.Noon);

        order.Claim(Given.Boris, Given.Noon);

        Assert.That(order.LastChange, Is.EqualTo(new Change("operator:boris", null)));
    }

    [Test]
    public void Times_never_go_back_whatever_the_clock_says()
    {
        var order = Given.AnOrder(OrderStatus.Submitted);

        order.SetPrice(Given.Crm, Given.Price, Given.Noon.AddMinutes(-10));

        Assert.That((order.UpdatedAt, order.StatusChangedAt), Is.EqualTo((Given.Noon, Given.Noon)));
        Assert.That(
            order.Version, Is.EqualTo(2), "the version, not the clock, gives the order of changes (bug class 14)");
    }

    [Test]
    public void The_winner_repeating_the_claim_changes_nothing()
    {
        var order = Given.AnOrder(OrderStatus.ManufacturingStarted);
        var (version, updated, change) = (order.Version, order.UpdatedAt, order.LastChange);

        var repeated = order.Claim(Given.Anna, Given.Noon.AddHours(1)).Value;

        Assert.Multiple(() =>
        {
            Assert.That(repeated.Changed, Is.False);
            Assert.That(repeated.From, Is.EqualTo(OrderStatus.ManufacturingStarted));
            Assert.That((order.Version, order.UpdatedAt, order.LastChange), Is.EqualTo((version, updated, change)));
            Assert.That(order.OperatorId, Is.EqualTo("anna"));
        });
    }

    [Test]
    public void A_lost_claim_says_who_has_the_order()
    {
        var result = Given.AnOrder(OrderStatus.ManufacturingStarted).Claim(Given.Boris, Given.Noon);

        Assert.That(result.Error?.Code, Is.EqualTo("already-claimed"));
        Assert.That(result.Error?.Facts["operatorId"], Is.EqualTo("anna"));
    }

    [Test]
    public void A_released_order_may_be_claimed_by_another()
    {
        var order = Given.AnOrder(OrderStatus.ManufacturingStarted);

        order.Release(Given.Crm, "anna has left", Given.Noon);
        Assert.That(order.OperatorId, Is.Null);

        Assert.That(order.Claim(Given.Boris, Given.Noon).IsSuccess);
        Assert.That(order.OperatorId, Is.EqualTo("boris"));
    }

    [Test]
    public void Who_made_the_order_stays_known()
    {
        var order = Given.AnOrder(OrderStatus.ManufacturingCompleted);

        Assert.That(order.Package(Given.Boris, Given.Noon).IsSuccess, "any operator may pack");
        Assert.That(order.OperatorId, Is.EqualTo("anna"));
    }

    [Test]
    public void Price_and_shipment_are_kept()
    {
        var order = Given.AnOrder(OrderStatus.Shipped);

        Assert.That(order.Price, Is.EqualTo(Given.Price));
        Assert.That(order.Shipment, Is.EqualTo(Given.Shipment));
    }

    [TestCase("5", "5.00")]
    [TestCase("5.5", "5.50")]
    [TestCase("5.10000", "5.10")]
    [TestCase("10000000", "10000000.00")]
    [TestCase("0.01", "0.01")]
    public void A_price_always_has_two_decimals(string given, string kept)
    {
        var price = new Price(decimal.Parse(given), "EUR");

        Assert.That(price.Amount.ToString(), Is.EqualTo(kept));
    }
}
