using Mes.Application.Messaging;
using Mes.Application.Orders;
using Mes.Application.Orders.CancelOrder;
using Mes.Application.Orders.ClaimOrder;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Microsoft.Extensions.Time.Testing;
using Moq;
using NUnit.Framework;

namespace Mes.Tests.Unit.UseCases;

/// <summary>What the handlers of all changes have in common.</summary>
[Category("Unit")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ChangeOrderTests
{
    private readonly Mock<IOrderRepository> _orders = new(MockBehavior.Strict);
    private readonly FakeTimeProvider _clock = new(Given.Noon.AddHours(1));

    [Test]
    public async Task The_order_is_loaded_and_the_domain_asked()
    {
        var order = Finds(Given.AnOrder(OrderStatus.ManufacturingApproved))!;

        var result = await ClaimAsync(EntityTagCondition.None);

        Assert.That(result.Value.Order, Is.SameAs(order));
        Assert.That((order.OperatorId, order.UpdatedAt), Is.EqualTo(("anna", Given.Noon.AddHours(1))));
    }

    [Test]
    public async Task An_order_that_never_existed_is_not_there()
    {
        Finds(null);

        Assert.That((await ClaimAsync(EntityTagCondition.None)).Error, Is.EqualTo(OrderErrors.NotFound));
    }

    [Test]
    public async Task Another_sellers_order_is_not_there_in_the_same_words()
    {
        var order = Finds(Given.AnOrder(OrderStatus.Submitted))!;

        // Also with a condition, whose failure would reveal that the order exists.
        var result = await CancelAsync(Given.Beta, EntityTagCondition.OneOf([99]));

        Assert.That(result.Error, Is.EqualTo(OrderErrors.NotFound));
        Assert.That(order.Version, Is.EqualTo(1));
    }

    [TestCase(2, "precondition-failed")]
    [TestCase(3, null)]
    [TestCase(4, "precondition-failed")]
    public async Task A_change_may_be_bound_to_a_version(int version, string? error)
    {
        var order = Finds(Given.AnOrder(OrderStatus.ManufacturingApproved))!;

        var result = await ClaimAsync(EntityTagCondition.OneOf([version]));

        Assert.That(result.Error?.Code, Is.EqualTo(error));
        Assert.That(order.Version, Is.EqualTo(error is null ? 4 : 3));
    }

    [Test]
    public async Task The_condition_comes_before_the_transition()
    {
        Finds(Given.AnOrder(OrderStatus.Closed));

        Assert.That((await ClaimAsync(EntityTagCondition.OneOf([1]))).Error?.Code, Is.EqualTo("precondition-failed"));
        Assert.That((await ClaimAsync(EntityTagCondition.None)).Error?.Code, Is.EqualTo("invalid-transition"));
    }

    private Order? Finds(Order? order)
    {
        _orders.Setup(orders => orders.FindAsync(It.IsAny<IOrderCommand>(), It.IsAny<CancellationToken>()))
            .ReturnsAsync(order);
        return order;
    }

    private Task<Result<StatusChange>> ClaimAsync(EntityTagCondition ifMatch) =>
        new ClaimOrderHandler(_orders.Object, _clock)
            .Handle(new ClaimOrder(Given.OrderId, Given.Anna, ifMatch), CancellationToken.None);

    private Task<Result<StatusChange>> CancelAsync(Caller by, EntityTagCondition ifMatch) =>
        new CancelOrderHandler(_orders.Object, _clock)
            .Handle(new CancelOrder(Given.OrderId, by, ifMatch, "a mistake"), CancellationToken.None);
}
