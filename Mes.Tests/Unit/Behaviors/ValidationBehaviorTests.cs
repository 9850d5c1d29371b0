using Mes.Application.Behaviors;
using Mes.Application.Messaging;
using Mes.Application.Orders.ShipOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Validation;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
internal sealed class ValidationBehaviorTests
{
    [Test]
    public async Task What_is_valid_goes_on()
    {
        var change = Given.Submission();
        var behavior = new ValidationBehavior<ShipOrder, Result<StatusChange>>(new ShipOrderValidator());

        var response = await behavior.Handle(
            new ShipOrder(Given.OrderId, Given.Anna, EntityTagCondition.None, "DHL", "42"), CancellationToken.None,
                () => Task.FromResult<Result<StatusChange>>(change));

        Assert.That(response.Value, Is.SameAs(change));
    }

    [Test]
    public async Task What_is_not_valid_goes_no_further()
    {
        var behavior = new ValidationBehavior<ShipOrder, Result<StatusChange>>(new ShipOrderValidator());

        var response = await behavior.Handle(
            new ShipOrder(Given.OrderId, Given.Anna, EntityTagCondition.None, null, " "), CancellationToken.None, () =>
                throw new AssertionException("the handler ran"));

        var error = (ValidationError)response.Error!;
        Assert.That(error.Code, Is.EqualTo("validation-error"));
        Assert.That(error.Errors["carrier"], Is.EqualTo(new[] { "is required" }));
        Assert.That(error.Errors["trackingNumber"], Is.EqualTo(new[] { "must not be blank" }));
    }

    [Test]
    public async Task What_is_wrong_inside_is_named_by_its_path()
    {
        var behavior = new ValidationBehavior<SubmitOrder, Result<StatusChange>>(new SubmitOrderValidator());
        var command = new SubmitOrder(
            Given.OrderId, Given.Alpha, "PO-1", new SubmittedModel("a.stl", "abc", 0), "PLA", 1, null, null);

        var response = await behavior.Handle(
            command, CancellationToken.None, () => throw new AssertionException("the handler ran"));

        Assert.That(((ValidationError)response.Error!).Errors.Keys,
            Is.EquivalentTo(new[] { "model.sha256", "model.polygonCount" }));
    }
}
