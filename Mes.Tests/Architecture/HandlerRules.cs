using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using MediatR;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Mes.Tests.Architecture;

/// <summary>
/// A handler loads, lets the domain decide, and returns. Everything around that is the pipeline's work.
/// </summary>
internal static class HandlerRules
{
    /// <summary>
    /// The mediator, the unit of work, the outbox, the cache, the behaviours, and the service providers that give
    /// access to them.
    /// </summary>
    private const string ThePipelines =
        @"^(MediatR\.(IMediator|Mediator|ServiceFactory)"
        + @"|Mes\.Application\.Persistence\.(IUnitOfWork|IOutbox)"
        + @"|Mes\.Application\.(Caching|Behaviors)\..+"
        + @"|Microsoft\.Extensions\.Caching\..+"
        + @"|System\.IServiceProvider)$";

    public static IArchRule DependOnNothingOfThePipeline(string namespaces) =>
        Classes().That().FollowCustomPredicate(IsHandler, "handle requests").And().ResideInNamespaceMatching(namespaces)
            .Should().NotDependOnAnyTypesThat().HaveFullNameMatching(ThePipelines)
            .Because(
                "the pipeline sends, commits and caches: ask a port of Mes.Application instead "
                    + "(docs/adding-a-handler.md)");

    public static bool IsHandler(Class type) =>
        type.ImplementedInterfaces.Any(
            contract => contract.FullName.StartsWith(typeof(IRequestHandler<,>).FullName!, StringComparison.Ordinal));
}
