using ArchUnitNET.NUnit;
using MediatR;
using Mes.Tests.Architecture.Planted;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class HandlerTests
{
    [Test]
    public void Handlers_depend_neither_on_the_mediator_nor_the_unit_of_work_nor_the_cache() =>
        HandlerRules.DependOnNothingOfThePipeline(@"^Mes\.").Check(Code.ProductArchitecture);

    [Test]
    public void Every_handler_is_looked_at()
    {
        var handlers = Code.Application.GetTypes().Where(type => type.GetInterfaces().Any(contract =>
            contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)));

        Assert.That(
            Code.ProductArchitecture.Classes.Where(HandlerRules.IsHandler).Select(handler => handler.FullName),
            Is.EquivalentTo(handlers.Select(handler => handler.FullName)));
    }

    [TestCase(typeof(SendsAnotherRequestHandler))]
    [TestCase(typeof(CommitsHandler))]
    [TestCase(typeof(LooksIntoTheCacheHandler))]
    [TestCase(typeof(ConfirmsAPutHandler))]
    [TestCase(typeof(FetchesWhatItWantsHandler))]
    public void A_handler_that_does_the_pipelines_work_is_caught(Type planted)
    {
        var violations = HandlerRules.DependOnNothingOfThePipeline(@"^Mes\.Tests\.Architecture\.Planted$")
            .Evaluate(Code.PlantedArchitecture)
            .Where(result => !result.Passed)
            .Select(result => result.EvaluatedObjectIdentifier.Identifier);

        Assert.That(violations, Has.Some.Contains(planted.FullName));
    }

    [Test]
    public void A_handler_that_does_only_its_own_work_is_not_caught()
    {
        var passed = HandlerRules.DependOnNothingOfThePipeline(@"^Mes\.Tests\.Architecture\.Planted$")
            .Evaluate(Code.PlantedArchitecture)
            .Where(result => result.Passed)
            .Select(result => result.EvaluatedObjectIdentifier.Identifier);

        Assert.That(passed, Has.Some.Contains(typeof(ApprovesInAQueryHandler).FullName));
    }
}
