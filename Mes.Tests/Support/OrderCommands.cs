using System.Reflection;
using Mes.Application.Messaging;
using Mes.Domain.Callers;
using Mes.Tests.Architecture;

namespace Mes.Tests.Support;

/// <summary>The steps of <see cref="Lifecycle"/> as commands.</summary>
internal static class OrderCommands
{
    private static readonly Lazy<Dictionary<string, Type>> ByMethod =
        new(() => TransitionRule.CallsIn([Code.Application])
        .GroupBy(call => call.Transition)
        .ToDictionary(calls => calls.Key, calls => TransitionRule.CommandOf(calls.First().Caller)!));

    /// <summary>The type of the command that makes the step.</summary>
    public static Type TypeOf(string action) =>
        ByMethod.Value.TryGetValue(DomainSteps.Method(action).Name, out var type)
        ? type
        : throw new InvalidOperationException(
            $"No handler makes the transition \"{action}\": add a use case to Mes.Application/Orders.");

    /// <summary>A valid command for any version of the order.</summary>
    public static IOrderCommand Make(string action, Guid orderId, Caller by) => Make(TypeOf(action), orderId, by);

    /// <param name="given">Values for parameters by name, instead of the valid ones.</param>
    public static IOrderCommand Make(Type type, Guid orderId, Caller by, params (string Name, object? Value)[] given)
    {
        var parameters = type.GetConstructors().Single().GetParameters();
        return (IOrderCommand)Activator.CreateInstance(
            type,
            [
                .. parameters.Select(parameter =>
                    given.Any(value => value.Name == parameter.Name)
                        ? given.Single(value => value.Name == parameter.Name).Value
                        : Argument(parameter, orderId, by)),
            ])!;
    }

    private static object Argument(ParameterInfo parameter, Guid orderId, Caller by) =>
        (parameter.ParameterType, parameter.Name) switch
        {
            (var type, _) when type == typeof(Guid) => orderId,
            (var type, _) when type == typeof(Caller) => by,
            (var type, _) when type == typeof(EntityTagCondition) => EntityTagCondition.None,
            (var type, _) when type == typeof(decimal?) => 12.5m,
            (var type, "Currency") when type == typeof(string) => "EUR",
            (var type, _) when type == typeof(string) => "why",
            _ => throw new NotSupportedException(
                $"{parameter.Member.DeclaringType!.Name} takes {parameter.ParameterType.Name} {parameter.Name}: "
                + "add a good value for it to OrderCommands.Argument (Mes.Tests/Support)."),
        };
}
