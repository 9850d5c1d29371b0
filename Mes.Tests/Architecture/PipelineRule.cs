using FluentValidation;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Tests.Architecture;

/// <summary>
/// What really runs around every request. A behaviour that is missing is missing without a word, so the list is asked of the
/// container that the service runs on, and compared with one that was written by hand.
/// </summary>
internal static class PipelineRule
{
    /// <param name="expected">From each request to its behaviours, outermost first, without type arguments.</param>
    public static IReadOnlyList<string> Violations(
        IServiceProvider services, IReadOnlyCollection<Type> requests, IReadOnlyDictionary<Type, string[]> expected) =>
    [
        .. expected.Keys.Except(requests).Select(request => $"{request.Name} is expected, but there is no such request"),
        .. requests.SelectMany(request => expected.TryGetValue(request, out var behaviors)
            ? Violations(services, request, behaviors)
            : [$"{request.Name} is new: say here which behaviours it has"]),
    ];

    private static IEnumerable<string> Violations(IServiceProvider services, Type request, string[] expected)
    {
        var response = request.GetInterfaces()
            .Single(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequest<>))
            .GenericTypeArguments[0];
        if (!TryResolve(services, typeof(IPipelineBehavior<,>).MakeGenericType(request, response), out var behaviors, out var why)
            || !TryResolve(services, typeof(IRequestHandler<,>).MakeGenericType(request, response), out var handlers, out why)
            || !TryResolve(services, typeof(IValidator<>).MakeGenericType(request), out var validators, out why))
        {
            return [$"{request.Name} cannot be resolved: {why}"];
        }

        var names = behaviors.Select(behavior => behavior.GetType().Name.Split('`')[0]).ToList();
        return
        [
            .. names.SequenceEqual(expected) ? [] : new[] { $"{request.Name} has {string.Join(", ", names)}" },
            .. handlers.Count == 1 ? [] : new[] { $"{request.Name} has {handlers.Count} handlers" },
            .. validators.Count == 1 ? [] : new[] { $"{request.Name} has {validators.Count} validators" },
        ];
    }

    private static bool TryResolve(IServiceProvider services, Type contract, out IReadOnlyList<object> found, out string why)
    {
        try
        {
            (found, why) = ([.. services.GetServices(contract).OfType<object>()], string.Empty);
            return true;
        }
        catch (InvalidOperationException exception)
        {
            (found, why) = ([], exception.Message);
            return false;
        }
    }
}
