using FluentValidation;
using MediatR;
using Mes.Application.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace Mes.Tests.Architecture;

/// <summary>
/// The behaviours that really run around each request. A missing behaviour causes no error by itself. So the rule asks
/// the service's own container for the behaviours of each request and compares them with a list written by hand for
/// each kind of request.
/// </summary>
internal static class PipelineRule
{
    private static readonly (Type Kind, string[] Behaviors)[] Kinds =
    [
        (typeof(IOrderCommand),
            ["LoggingBehavior", "ValidationBehavior", "WriteThroughBehavior", "UnitOfWorkBehavior"]),
        (typeof(ICommand<>), ["LoggingBehavior", "ValidationBehavior", "TagRenewalBehavior", "UnitOfWorkBehavior"]),
        (typeof(IOrderQuery), ["LoggingBehavior", "ValidationBehavior", "OrderCacheFirstBehavior"]),
        (typeof(IOrderBatchQuery<>), ["LoggingBehavior", "ValidationBehavior", "OrderBatchCacheFirstBehavior"]),
        (typeof(ITaggedQuery<>), ["LoggingBehavior", "ValidationBehavior", "TaggedCacheFirstBehavior"]),
        (typeof(IIndexQuery<>), ["LoggingBehavior", "ValidationBehavior", "IndexCacheFirstBehavior"]),
    ];

    private static readonly string[] OfOtherQueries = ["LoggingBehavior", "ValidationBehavior"];

    /// <param name="notCached">The queries that always read the database, each with the reason.</param>
    /// <returns>What is wrong, and what to do about it.</returns>
    public static IReadOnlyList<string> Violations(
        IServiceProvider services, IReadOnlyCollection<Type> requests, IReadOnlyDictionary<Type, string> notCached) =>
    [
        .. notCached.Keys.Where(query => !requests.Contains(query) || KindsOf(query).Any())
            .Select(query => $"{query.Name} is cached, or is gone: remove it from NotCached in PipelineTests"),
        .. requests.SelectMany(request => (KindsOf(request).ToArray(), notCached.ContainsKey(request)) switch
        {
            ([var kind], _) => Violations(services, request, kind.Kind.Name, kind.Behaviors),
            ([], true) => Violations(services, request, "IQuery`1", OfOtherQueries),
            ([], false) =>
            [
                $"{request.Name} is not cached: implement ITaggedQuery<T>, or name it in NotCached in PipelineTests with a reason",
            ],
            var (several, _) =>
            [
                $"{request.Name} is of several kinds: keep one of {string.Join(", ", several.Select(kind => NameOf(kind.Kind.Name)))}",
            ],
        }),
    ];

    private static IEnumerable<(Type Kind, string[] Behaviors)> KindsOf(Type request) => Kinds.Where(kind =>
        request.GetInterfaces().Any(contract =>
            contract == kind.Kind || (contract.IsGenericType && contract.GetGenericTypeDefinition() == kind.Kind)));

    private static IEnumerable<string> Violations(
        IServiceProvider services, Type request, string kind, string[] expected)
    {
        var response = request.GetInterfaces()
            .Single(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequest<>))
            .GenericTypeArguments[0];
        if (!TryResolve(services, typeof(IPipelineBehavior<,>).MakeGenericType(request, response), out var behaviors,
            out var why)
            || !TryResolve(
                services, typeof(IRequestHandler<,>).MakeGenericType(request, response), out var handlers, out why)
            || !TryResolve(services, typeof(IValidator<>).MakeGenericType(request), out var validators, out why))
        {
            return [$"{request.Name} cannot be resolved: register what its handler needs in Mes.Infrastructure. {why}"];
        }

        var names = behaviors.Select(behavior => behavior.GetType().Name.Split('`')[0]).ToList();
        return
        [
            .. names.SequenceEqual(expected) ? [] : new[]
            {
                $"{request.Name} has {string.Join(", ", names)}, "
                + $"but every {NameOf(kind)} needs {string.Join(", ", expected)}: see PipelineRegistration",
            },
            .. handlers.Count == 1 ? [] : new[] { $"{request.Name} has {handlers.Count} handlers: keep one" },
            .. validators.Count == 1 ? [] : new[] { $"{request.Name} has {validators.Count} validators: keep one" },
        ];
    }

    private static string NameOf(string kind) => kind.Replace("`1", "<T>", StringComparison.Ordinal);

    private static bool TryResolve(
        IServiceProvider services, Type contract, out IReadOnlyList<object> found, out string why)
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
