using System.Text.Json;
using Mes.Application.Json;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using NUnit.Framework;

namespace Mes.Tests.Unit.Json;

[Category("Unit")]
internal sealed class MesJsonTests
{
    [Test]
    public void An_order_without_anything_optional_has_every_field()
    {
        var order = Order.Submit(Given.OrderId, Given.Alpha, "PO-1", new Model3D("a.stl", new string('b', 64), 1),
            "PLA", 1, null, null, Given.Noon).Order;

        Assert.That(Write(OrderDocument.From(order)), Is.EqualTo(
            """{"id":"019c13e5-7a00-7000-8000-000000000001","sellerId":"alpha","externalId":"PO-1","""
            + $$$"""
              "model":{"fileName":"a.stl","sha256":"{{{new string('b', 64)}}}","polygonCount":1},"material":"PLA","quantity":1,
              """
            + """
              "dueAt":null,"notes":null,"price":null,"operatorId":null,"shipment":null,"status":"SUBMITTED","version":1,
              """
            + """
              "createdAt":"2026-01-31T12:00:00.000Z","statusChangedAt":"2026-01-31T12:00:00.000Z","updatedAt":"2026-01-31T12:00:00.000Z"}
              """));
    }

    [Test]
    public void A_full_order_has_price_operator_and_shipment()
    {
        var json = Write(OrderDocument.From(Given.AnOrder(OrderStatus.Closed)));

        Assert.That(json, Does.Contain("""
            "dueAt":"2026-02-07T12:00:00.000Z","notes":"as light as possible","price":{"amount":12.50,"currency":"EUR"},"operatorId":"anna","shipment":{"carrier":"DHL","trackingNumber":"JD0001"},"status":"CLOSED","version":8
            """));
    }

    [Test]
    public void An_orders_status_is_four_fields() =>
        Assert.That(Write(OrderStatusDocument.From(Given.Snapshot(OrderStatus.Packaging))), Is.EqualTo(
            """{"id":"019c13e5-7a00-7000-8000-000000000001","status":"PACKAGING","version":6,"statusChangedAt":"2026-01-31T12:00:00.000Z"}"""));

    [Test]
    public void Statuses_are_names_as_keys_too()
    {
        var counts = new Dictionary<OrderStatus, int> { [OrderStatus.PriceCalculated] = 2 };

        Assert.That(Write(counts), Is.EqualTo("""{"PRICE_CALCULATED":2}"""));
        Assert.That(JsonSerializer.Deserialize<Dictionary<OrderStatus, int>>("""{"PRICE_CALCULATED":2}""", MesJson.Options), Is.EqualTo(counts));
    }

    [Test]
    public void Text_goes_out_as_it_is() =>
        Assert.That(Write("Größe <b> + 'ü' & 机"), Is.EqualTo("\"Größe <b> + 'ü' & 机\""));

    [Test]
    public void What_was_written_can_be_read_again()
    {
        var order = OrderDocument.From(Given.AnOrder(OrderStatus.Shipped));

        Assert.That(JsonSerializer.Deserialize<OrderDocument>(Write(order), MesJson.Options), Is.EqualTo(order));
    }

    [TestCase("""{"fileName":"a","sha256":"b","polygonCount":1,"status":"CLOSED"}""")]
    [TestCase("""{"fileName":"a","fileName":"b"}""")]
    [TestCase("""{"FileName":"a"}""")]
    [TestCase("""{"polygonCount":"1"}""")]
    [TestCase("""{"polygonCount":1.5}""")]
    [TestCase("""{"polygonCount":9223372036854775808}""")]
    [TestCase("""{"polygonCount":NaN}""")]
    [TestCase("""{"fileName":1}""")]
    [TestCase("""{"fileName":["a"]}""")]
    [TestCase("""{"fileName":"a",}""")]
    [TestCase("""{"fileName":"a"} // really""")]
    [TestCase("""["a"]""")]
    public void What_is_not_exactly_as_asked_for_is_refused(string json) =>
        Assert.That(() => JsonSerializer.Deserialize<SubmittedModel>(json, MesJson.Options),
            Throws.InstanceOf<JsonException>());

    [TestCase("\"CLOSED\"", OrderStatus.Closed)]
    public void A_status_is_read_by_its_name(string json, OrderStatus status) =>
        Assert.That(JsonSerializer.Deserialize<OrderStatus>(json, MesJson.Options), Is.EqualTo(status));

    [TestCase("\"closed\"")]
    [TestCase("7")]
    [TestCase("\"7\"")]
    [TestCase("null")]
    public void No_other_word_is_a_status(string json) =>
        Assert.That(
            () => JsonSerializer.Deserialize<OrderStatus>(json, MesJson.Options), Throws.InstanceOf<JsonException>());

    [TestCase("\"2026-01-31\"")]
    [TestCase("1769846709")]
    [TestCase("true")]
    public void Only_RFC_3339_is_a_time(string json) =>
        Assert.That(() => JsonSerializer.Deserialize<DateTimeOffset>(json, MesJson.Options),
            Throws.InstanceOf<JsonException>());

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, MesJson.Options);
}
