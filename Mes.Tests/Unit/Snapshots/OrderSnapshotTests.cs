using System.Text.Json;
using Mes.Application.Json;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;
using NUnit.Framework;

namespace Mes.Tests.Unit.Snapshots;

[Category("Unit")]
internal sealed class OrderSnapshotTests
{
    [Test]
    public void The_bytes_of_the_status_are_made_once()
    {
        var order = Given.Snapshot(OrderStatus.Packaging);

        var status = order.StatusJson;

        Assert.That(
            status.ToArray(),
            Is.EqualTo(JsonSerializer.SerializeToUtf8Bytes(OrderStatusDocument.From(order), MesJson.Options)));
        Assert.That(order.StatusJson, Is.EqualTo(status), "the same memory");
    }

    [Test]
    public void A_copy_with_other_values_has_a_status_of_its_own()
    {
        var order = Given.Snapshot(OrderStatus.Packaging);
        var before = order.StatusJson;

        var copy = order with { Version = order.Version + 1 };

        Assert.That(
            copy.StatusJson.ToArray(),
            Is.EqualTo(JsonSerializer.SerializeToUtf8Bytes(OrderStatusDocument.From(copy), MesJson.Options)));
        Assert.That(order.StatusJson, Is.EqualTo(before));
    }

    [Test]
    public void Whether_its_status_was_asked_for_does_not_make_an_order_another_one()
    {
        var order = Given.Snapshot(OrderStatus.Packaging);
        var same = order with { };
        Assert.That(order.StatusJson.Length, Is.GreaterThan(0));

        Assert.That(same, Is.EqualTo(order));
        Assert.That(same.GetHashCode(), Is.EqualTo(order.GetHashCode()));
    }
}
