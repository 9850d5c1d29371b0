using FluentValidation;
using MediatR;

namespace Mes.Tests.Architecture;

/// <summary>
/// Each use case has a folder with the request, its one handler and its one validator, named after the request.
/// </summary>
internal static class UseCaseRule
{
    public static IReadOnlyList<Type> RequestsIn(IEnumerable<Type> types) =>
        [.. types.Where(type => Closing(type, typeof(IRequest<>)).Any())];

    public static IReadOnlyList<string> Violations(IReadOnlyList<Type> types)
    {
        var requests = RequestsIn(types);
        return
        [
            .. requests.SelectMany(request => Part(request, "handler", "Handler", types, typeof(IRequestHandler<,>))),
            .. requests.SelectMany(request => Part(request, "validator", "Validator", types, typeof(IValidator<>))),
            .. requests
                .Where(request => request.Namespace!.Split('.')[^1] != request.Name)
                .Select(request =>
                    $"{request.Name} is not in a folder of its own name: move it to one, with handler and validator"),
            .. Strays(types, typeof(IRequestHandler<,>), requests),
            .. Strays(types, typeof(IValidator<>), requests),
        ];
    }

    private static IEnumerable<string> Part(
        Type request, string what, string suffix, IEnumerable<Type> types, Type contract)
    {
        var parts = types.Where(type => !type.IsNested
            && Closing(type, contract).Any(closed => closed.GenericTypeArguments[0] == request)).ToList();
        if (parts.Count != 1)
        {
            yield return parts.Count == 0
                ? $"{request.Name} has no {what}: add {request.Name}{suffix} to its folder"
                : $"{request.Name} has {parts.Count} {what}s: keep {request.Name}{suffix}";
        }

        foreach (var part in parts)
        {
            if (part.Name != request.Name + suffix)
            {
                yield return $"The {what} of {request.Name} is named {part.Name}: call it {request.Name}{suffix}";
            }

            if (part.Namespace != request.Namespace)
            {
                yield return $"The {what} of {request.Name} is in another folder: move it beside the request";
            }
        }
    }

    /// <summary>
    /// Handlers and validators that belong to no request. A validator of a part of a request is nested in the request's
    /// validator.
    /// </summary>
    private static IEnumerable<string> Strays(IEnumerable<Type> types, Type contract, IReadOnlyList<Type> requests) =>
        from type in types
        where !type.IsNested
        from closed in Closing(type, contract)
        where !requests.Contains(closed.GenericTypeArguments[0])
        select $"{type.Name} is for {closed.GenericTypeArguments[0].Name}, which is no request: "
            + "nest it in the validator that uses it, or remove it";

    private static IEnumerable<Type> Closing(Type type, Type definition) =>
        type is { IsClass: true, IsAbstract: false }
            ? type.GetInterfaces()
                .Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == definition)
            : [];
}
