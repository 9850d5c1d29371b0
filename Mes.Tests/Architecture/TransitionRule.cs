using MediatR;
using Mes.Application.Messaging;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using Mono.Cecil;
using Assembly = System.Reflection.Assembly;

namespace Mes.Tests.Architecture;

/// <summary>
/// Only handlers of commands that are written through may call an order's transitions. The rule reads the compiled
/// instructions, so a call in a lambda or after an await counts for the type in which it is written.
/// </summary>
internal static class TransitionRule
{
    /// <summary>Every call of a transition, and whether its caller may make it.</summary>
    public static IReadOnlyList<Call> CallsIn(IEnumerable<Assembly> assemblies) =>
    [
        .. assemblies.SelectMany(assembly =>
        {
            using var module = ModuleDefinition.ReadModule(assembly.Location);
            return CallsIn(module)
                .Select(call => (Type: assembly.GetType(call.Type, throwOnError: true)!, call.Transition))
                .Distinct()
                .Where(call => call.Type != typeof(Order))
                .Select(call => new Call(call.Type, call.Transition, CommandOf(call.Type) is not null))
                .ToList();
        }),
    ];

    private static IEnumerable<(string Type, string Transition)> CallsIn(ModuleDefinition module) =>
        from type in module.GetTypes()
        from method in type.Methods
        where method.HasBody
        from instruction in method.Body.Instructions
        let called = instruction.Operand as MethodReference
        where called is not null && IsTransition(called)
        select (Outermost(type).FullName, called.Name);

    private static bool IsTransition(MethodReference method) =>
        method.DeclaringType.FullName == typeof(Order).FullName
        && (method.ReturnType.FullName == typeof(StatusChange).FullName
            || (method.ReturnType is GenericInstanceType result
                && result.ElementType.FullName == typeof(Result<>).FullName
                && result.GenericArguments[0].FullName == typeof(StatusChange).FullName));

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer
        ? Outermost(outer)
        : type;

    /// <summary>The write-through command that the type handles; null if it handles none.</summary>
    public static Type? CommandOf(Type type) => type.GetInterfaces()
        .Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>))
        .Select(contract => contract.GenericTypeArguments[0])
        .FirstOrDefault(request => request.IsAssignableTo(typeof(IOrderCommand)));

    internal sealed record Call(Type Caller, string Transition, bool IsAllowed);
}
