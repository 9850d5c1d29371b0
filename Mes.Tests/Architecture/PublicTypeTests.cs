using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class PublicTypeTests
{
    [TestCase("Mes.Domain")]
    [TestCase("Mes.Application")]
    [TestCase("Mes.Infrastructure")]
    [TestCase("Mes.Embedded")]
    public void Public_types_have_a_summary_and_a_file_of_their_own(string project)
    {
        var files = Source.FilesOf(project);

        Assert.That(files, Is.Not.Empty);
        Assert.That(files.SelectMany(file =>
            PublicTypeRule.Violations(Path.GetRelativePath(Source.Root, file), File.ReadAllText(file))), Is.Empty);
    }

    [TestCase("Mes.Domain")]
    [TestCase("Mes.Application")]
    public void As_many_public_types_are_found_in_the_files_as_there_are_in_the_assembly(string project)
    {
        var assembly = Code.Product.Single(assembly => assembly.GetName().Name == project);
        var files = Source.FilesOf(project).Where(file => PublicTypeRule.HasPublicType(File.ReadAllText(file)));

        Assert.That(
            files.Select(Path.GetFileNameWithoutExtension),
            Is.EquivalentTo(
                assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0])));
    }

    [TestCase("public sealed class Thing;", "Thing.cs: Thing has no summary")]
    [TestCase("/// <remarks>Only this.</remarks>\npublic enum Thing;", "Thing.cs: Thing has no summary")]
    [TestCase("// <summary>Two slashes.</summary>\npublic readonly record struct Thing;",
        "Thing.cs: Thing has no summary")]
    [TestCase("/// <summary>A thing.</summary>\npublic interface IThing;",
        "Thing.cs: IThing is not in a file of its name")]
    [TestCase(
        "/// <summary>A thing.</summary>\npublic sealed record Thing;\n\n/// <summary>Another.</summary>\npublic "
            + "static partial class Things;",
        "Thing.cs: Things is not in a file of its name", "Thing.cs: more than one public type")]
    [TestCase("/// <summary>A thing.</summary>\n[Serializable]\npublic abstract class Thing<T>\n{\n    public enum "
        + "Kind;\n}\n\ninternal sealed class Hidden;")]
    public void A_public_type_without_them_is_caught(string text, params string[] violations) =>
        Assert.That(
            PublicTypeRule.Violations("Thing.cs", text)
                .Select(violation => violation[..violation.LastIndexOf(": ", StringComparison.Ordinal)]),
            Is.EqualTo(violations),
            "what is wrong; what to do comes after the last colon");
}
