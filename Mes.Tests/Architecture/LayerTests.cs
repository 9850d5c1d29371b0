using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using ArchUnitNET.NUnit;
using NUnit.Framework;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using Assembly = System.Reflection.Assembly;

namespace Mes.Tests.Architecture;

/// <remarks>ArchUnitNET fails a rule that matches no type, so none of these can pass for lack of types.</remarks>
[Category("Unit")]
internal sealed class LayerTests
{
    /// <summary>
    /// The composition root, the commands and the health checks. Also the two types that ask the infrastructure whether
    /// the service is ready (callers) and what an exception means (is the database away?).
    /// </summary>
    private const string MayNameInfrastructure =
        @"^Mes\.Api\.(MesApplication.*|Hosting\..+|Commands\..+|Health\..+|Http\.CallerMiddleware|Http\.ExceptionHandler)$";

    private const string Planted = @"^Mes\.Tests\.Architecture\.Planted\.Layers";

    [Test]
    public void The_application_names_neither_EF_Core_nor_Redis_nor_ASP_NET()
    {
        foreach (var rule in LayerRules.ApplicationIsFreeOfTechnology(In(Code.Application)))
        {
            rule.Check(Code.ProductArchitecture);
        }
    }

    [Test]
    public void The_domain_names_nothing_but_itself() =>
        LayerRules.DomainIsFreeOfEverything(In(Code.Domain), @"Mes\.Domain").Check(Code.ProductArchitecture);

    [Test]
    public void The_domain_refers_to_no_assembly_but_the_platforms() =>
        Assert.That(
            Code.Domain.GetReferencedAssemblies().Select(assembly => assembly.Name), Is.All.StartsWith("System."));

    [Test]
    public void The_API_names_the_infrastructure_only_where_the_parts_are_put_together() =>
        LayerRules.ApiNamesInfrastructureNowhereElse(In(Code.Api), MayNameInfrastructure)
            .Check(Code.ProductArchitecture);

    [TestCase("Http.CallerMiddleware")]
    [TestCase("Http.ExceptionHandler")]
    public void No_type_is_exempt_without_need(string exempt)
    {
        var type = Types().That().HaveFullNameMatching($@"^Mes\.Api\.{exempt}$").As(exempt);

        Assert.That(LayerRules.ApiNamesInfrastructureNowhereElse(type, "nobody")
            .HasNoViolations(Code.ProductArchitecture), Is.False);
    }

    [Test]
    public void The_API_names_neither_EF_Core_nor_Redis()
    {
        foreach (var rule in LayerRules.ApiIsFreeOfStores(In(Code.Api)))
        {
            rule.Check(Code.ProductArchitecture);
        }
    }

    [TestCase("NamesEntityFramework", 0)]
    [TestCase("NamesRedis", 1)]
    [TestCase("NamesDistributedCache", 1)]
    [TestCase("NamesAspNet", 2)]
    public void An_application_type_that_names_a_technology_is_caught(string planted, int technology)
    {
        var rules = LayerRules.ApplicationIsFreeOfTechnology(Named(planted)).ToList();

        Assert.That(rules.Select(Holds), Is.EqualTo(rules.Select((_, n) => n != technology)));
    }

    [Test]
    public void A_domain_type_that_names_something_else_is_caught() =>
        Assert.That(Holds(LayerRules.DomainIsFreeOfEverything(Named("NamesMediatR"), Planted[1..])), Is.False);

    [Test]
    public void An_API_type_that_names_the_infrastructure_is_caught() =>
        Assert.That(
            Holds(LayerRules.ApiNamesInfrastructureNowhereElse(Named("NamesInfrastructure"), MayNameInfrastructure)),
                Is.False);

    [Test]
    public void An_API_type_that_names_a_store_is_caught() =>
        Assert.That(LayerRules.ApiIsFreeOfStores(Named("NamesEntityFramework")).Select(Holds),
            Is.EqualTo(new[] { false, true }));

    [Test]
    public void A_rule_that_matches_nothing_fails() =>
        Assert.That(LayerRules.ApplicationIsFreeOfTechnology(Named("IsNotThere")).Select(Holds), Is.All.False);

    private static IObjectProvider<IType> In(Assembly assembly) =>
        Types().That().ResideInAssembly(assembly).As(assembly.GetName().Name);

    private static IObjectProvider<IType> Named(string planted) =>
        Types().That().HaveFullNameMatching($@"{Planted}\.{planted}$").As(planted);

    private static bool Holds(IArchRule rule) => rule.HasNoViolations(Code.PlantedArchitecture);
}
