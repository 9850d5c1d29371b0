using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Mes.Tests.Architecture;

/// <summary>Which namespaces the code of a layer may use.</summary>
internal static class LayerRules
{
    private const string EntityFramework = @"^(Microsoft\.EntityFrameworkCore|Npgsql|Microsoft\.Data)(\.|$)";
    private const string Redis = @"^(StackExchange|Microsoft\.Extensions\.Caching)(\.|$)";
    private const string AspNet = @"^Microsoft\.(AspNetCore|Net\.Http\.Headers)(\.|$)";

    public static IEnumerable<IArchRule> ApplicationIsFreeOfTechnology(IObjectProvider<IType> application) =>
        new[] { EntityFramework, Redis, AspNet }.Select(technology => NamesNothingFrom(application, technology));

    /// <param name="own">The domain's own namespace, as a regular expression.</param>
    public static IArchRule DomainIsFreeOfEverything(IObjectProvider<IType> domain, string own) =>
        Types().That().Are(domain).Should().NotDependOnAnyTypesThat()
            .DoNotResideInNamespaceMatching($@"^({own}|System)(\.|$)")
            .Because("the domain stands alone: put what needs more into Mes.Application or Mes.Infrastructure");

    /// <param name="exceptThese">The types that compose the application, as a regular expression.</param>
    public static IArchRule ApiNamesInfrastructureNowhereElse(IObjectProvider<IType> api, string exceptThese) =>
        NamesNothingFrom(Types().That().Are(api).And().DoNotHaveFullNameMatching(exceptThese).As("the rest of the API"),
            @"^Mes\.Infrastructure(\.|$)");

    /// <summary>The API does not use the technologies behind the infrastructure.</summary>
    public static IEnumerable<IArchRule> ApiIsFreeOfStores(IObjectProvider<IType> api) =>
        new[] { @"^Microsoft\.EntityFrameworkCore(\.|$)", Redis }.Select(store => NamesNothingFrom(api, store));

    private static IArchRule NamesNothingFrom(IObjectProvider<IType> types, string namespaces) =>
        Types().That().Are(types).Should().NotDependOnAnyTypesThat().ResideInNamespaceMatching(namespaces)
            .Because(
                "this layer does not know it: declare a port in Mes.Application, and implement it in "
                    + "Mes.Infrastructure");
}
