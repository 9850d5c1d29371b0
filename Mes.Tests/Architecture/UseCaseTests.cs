using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class UseCaseTests
{
    private const string Planted = "Mes.Tests.Architecture.Planted.UseCases";

    [Test]
    public void Every_request_has_one_handler_and_one_validator_in_its_folder_and_named_after_it()
    {
        var types = Code.Application.GetTypes();

        Assert.That(UseCaseRule.RequestsIn(types), Is.Not.Empty);
        Assert.That(UseCaseRule.Violations(types), Is.Empty);
    }

    [Test]
    public void Every_request_is_in_a_file_of_its_name_in_the_folder_of_its_namespace()
    {
        var files = Source.FilesOf("Mes.Application").Select(file => Path.GetRelativePath(Source.Root, file))
            .ToHashSet();

        foreach (var request in UseCaseRule.RequestsIn(Code.Application.GetTypes()))
        {
            var folder = request.Namespace!.Replace("Mes.Application", "Mes/Application").Replace('.', '/')
                .Replace("Mes/Application", "Mes.Application");
            foreach (var part in new[] { "", "Handler", "Validator" })
            {
                var file = Path.Combine(folder, $"{request.Name}{part}.cs");
                Assert.That(
                    files.Contains(file), $"{request.Name}{part} is in a file of another name: move it to {file}");
            }
        }
    }

    [TestCase("LacksHandler", "LacksHandler has no handler: add LacksHandlerHandler to its folder")]
    [TestCase("LacksValidator", "LacksValidator has no validator: add LacksValidatorValidator to its folder")]
    [TestCase(
        "HasTwoHandlers",
        "HasTwoHandlers has 2 handlers: keep HasTwoHandlersHandler",
        "The handler of HasTwoHandlers is named HasTwoHandlersQuicklyHandler: call it HasTwoHandlersHandler")]
    [TestCase(
        "HasMisnamedParts",
        "The handler of HasMisnamedParts is named Handler: call it HasMisnamedPartsHandler",
        "The validator of HasMisnamedParts is named Rules: call it HasMisnamedPartsValidator")]
    [TestCase("SharesFolder",
        "IsNotAlone is not in a folder of its own name: move it to one, with handler and validator")]
    [TestCase(
        "IsTornApart",
        "The handler of IsTornApart is in another folder: move it beside the request",
        "The validator of IsTornApart is in another folder: move it beside the request")]
    [TestCase(
        "Strays",
            "StrayValidator is for String, which is no request: nest it in the validator that uses it, or remove it")]
    [TestCase("IsAsItShouldBe")]
    public void A_use_case_that_is_laid_out_otherwise_is_caught(string planted, params string[] violations)
    {
        Type[] types = [.. Code.Tests.GetTypes()
            .Where(type => $"{type.Namespace}.".StartsWith($"{Planted}.{planted}.", StringComparison.Ordinal))];

        Assert.That(types, Is.Not.Empty);
        Assert.That(UseCaseRule.Violations(types), Is.EquivalentTo(violations));
    }
}
