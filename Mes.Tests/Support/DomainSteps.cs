using System.Reflection;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;

namespace Mes.Tests.Support;

/// <summary>The steps of <see cref="Lifecycle"/> as calls of the domain.</summary>
internal static class DomainSteps
{
    public static readonly Price Price = new(12.5m, "EUR");
    public static readonly Shipment Shipment = new("DHL", "JD0001");

    /// <summary>
    /// The method of <see cref="Order"/> that makes the step. It has the same name as the
    /// <see cref="OrderTransition"/>.
    /// </summary>
    public static MethodInfo Method(string action)
    {
        var field = typeof(OrderTransition).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Single(field => field.GetValue(null) is OrderTransition transition && transition.Name == action);
        return typeof(Order).GetMethod(field.Name)
            ?? throw new InvalidOperationException(
                $"The transition \"{action}\" has no method: call it as the transition is called, Order.{field.Name}.");
    }

    /// <summary>Makes the step, with valid arguments.</summary>
    public static Result<StatusChange> Perform(this Order order, Lifecycle.Step step, Caller by, DateTimeOffset at)
    {
        var method = Method(step.Action);
        object[] arguments = [.. method.GetParameters().Select(parameter => Argument(parameter, by, at))];
        return (Result<StatusChange>)method.Invoke(order, arguments)!;
    }

    /// <summary>Takes a new order to a status, each step by a caller who may make it.</summary>
    public static void LeadTo(
        this Order order, OrderStatus status, Caller seller, Caller worker, Caller service, Func<DateTimeOffset> clock)
    {
        foreach (var step in Lifecycle.WayTo(status.Name()))
        {
            var by = step.Roles[0] switch { "seller" => seller, "operator" => worker, _ => service };
            if (order.Perform(step, by, clock()) is { IsSuccess: false } result)
            {
                throw new InvalidOperationException($"{step.Action}: {result.Error}");
            }
        }
    }

    private static object Argument(ParameterInfo parameter, Caller by, DateTimeOffset at) =>
        parameter.ParameterType switch
        {
            var type when type == typeof(Caller) => by,
            var type when type == typeof(DateTimeOffset) => at,
            var type when type == typeof(string) => "why",
            var type when type == typeof(Price) => Price,
            var type when type == typeof(Shipment) => Shipment,
            _ => throw new NotSupportedException(
                $"Order.{parameter.Member.Name} takes {parameter.ParameterType.Name} {parameter.Name}: "
                + "add a good value for it to DomainSteps.Argument (Mes.Tests/Support)."),
        };
}
