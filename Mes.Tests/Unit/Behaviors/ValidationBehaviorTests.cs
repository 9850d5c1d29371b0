using FluentValidation;
using Mes.Application.Behaviors;
using Mes.Application.Messaging;
using Mes.Application.Orders.GetOrder;
using Mes.Application.Orders.ShipOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Snapshots;
using Mes.Application.Validation;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using NUnit.Framework;

namespace Mes.Tests.Unit.Behaviors;

[Category("Unit")]
internal sealed class ValidationBehaviorTests
{
    private static readonly Type[] ValidByType = [typeof(Guid), typeof(Caller), typeof(EntityTagCondition)];

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

    /// <summary>
    /// A validator without rules is not run, so one that lacks its rules must not go unnoticed. Callers and ids are
    /// valid by their types, a <c>SellerId</c> comes from the caller's key, and a malformed <c>KeyId</c>,
    /// <c>WebhookId</c> or <c>EventId</c> is that of nothing.
    /// </summary>
    [Test]
    public void A_request_with_anything_to_check_has_a_validator_with_rules()
    {
        var withoutRules = typeof(ShipOrderValidator).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false, IsNested: false }
                && type.IsAssignableTo(typeof(IValidator))
                && !((IEnumerable<IValidationRule>)Activator.CreateInstance(
                    type, new object?[type.GetConstructors().Single().GetParameters().Length])!).Any())
            .Select(type => type.BaseType!.GenericTypeArguments[0])
            .ToList();

        Assert.That(withoutRules, Does.Contain(typeof(GetOrder)).And.Not.Contain(typeof(ShipOrder)));
        Assert.That(
            withoutRules.Where(request => request.GetConstructors().Single().GetParameters().Any(parameter =>
                !ValidByType.Contains(parameter.ParameterType)
                && parameter.Name is not ("SellerId" or "KeyId" or "WebhookId" or "EventId"))),
            Is.Empty);
    }

    [Test]
    public async Task A_validator_without_rules_is_not_run()
    {
        var next = Task.FromResult<Result<OrderSnapshot>>(Given.Snapshot());
        var behavior = new ValidationBehavior<GetOrder, Result<OrderSnapshot>>(new GetOrderValidator());

        var response = behavior.Handle(new GetOrder(Given.OrderId, Given.Alpha), CancellationToken.None, () => next);

        Assert.That(response, Is.SameAs(next));
        await response;
    }
}
