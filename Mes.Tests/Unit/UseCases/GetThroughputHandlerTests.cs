using Mes.Application.Statistics;
using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Orders;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.UseCases;

[Category("Unit")]
internal sealed class GetThroughputHandlerTests
{
    [Test]
    public async Task Days_and_statuses_without_any_change_are_there_too()
    {
        var reader = new Mock<IThroughputReader>(MockBehavior.Strict);
        reader.Setup(r => r.ReadAsync(new DateOnly(2026, 1, 30), It.IsAny<CancellationToken>())).ReturnsAsync((
            [(new DateOnly(2026, 1, 30), OrderStatus.Shipped, 5)],
            new Dictionary<OrderStatus, TimeInStatus> { [OrderStatus.Packaging] = new(3, 1.5m, 9m) }));

        var throughput = (await new GetThroughputHandler(reader.Object)
            .Handle(new GetThroughput(2, new DateOnly(2026, 1, 31)), CancellationToken.None)).Value;

        Assert.Multiple(() =>
        {
            Assert.That(throughput.Days.Select(day => day.Date),
                Is.EqualTo(new[] { new DateOnly(2026, 1, 30), new DateOnly(2026, 1, 31) }));
            Assert.That(throughput.Days[0].Entered[OrderStatus.Shipped], Is.EqualTo(5));
            Assert.That(throughput.Days.Sum(day => day.Entered.Values.Sum()), Is.EqualTo(5));
            Assert.That(throughput.Days.Select(day => day.Entered.Keys), Is.All.EqualTo(OrderStatuses.All));
            Assert.That(throughput.TimeInStatus.Keys, Is.EqualTo(OrderStatuses.Active));
            Assert.That(throughput.TimeInStatus[OrderStatus.Packaging], Is.EqualTo(new TimeInStatus(3, 1.5m, 9m)));
            Assert.That(throughput.TimeInStatus[OrderStatus.Shipped], Is.EqualTo(new TimeInStatus(0, null, null)));
        });
    }

    [Test]
    public void Its_key_has_the_date_and_the_days_and_its_tag_is_every_order()
    {
        var query = new GetThroughput(7, new DateOnly(2026, 1, 31));

        Assert.That(query.Key, Is.EqualTo("throughput:2026-01-31:7"));
        Assert.That(query.Tags, Is.EqualTo(new[] { "orders" }));
    }
}
