using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class LineLengthTests
{
    private static IEnumerable<string> Projects =>
        Source.Projects.Select(file => Path.GetFileNameWithoutExtension(file));

    [TestCaseSource(nameof(Projects))]
    public void A_line_has_at_most_120_columns(string project) => Assert.That(
        Source.FilesOf(project).SelectMany(file => LineLengthRule.Violations(File.ReadLines(file))
            .Select(line => $"{Path.GetRelativePath(Source.Root, file)}:{line}")),
        Is.Empty);

    [Test]
    public void A_line_that_is_too_long_is_caught()
    {
        string[] lines =
        [
            new('x', 120), new('x', 121), $"Say(\"{new string('x', 200)}\");", "var text = \"\"\"", new('x', 200), "\"\"\";",
            $"// {new string('x', 118)}",
        ];

        Assert.That(LineLengthRule.Violations(lines), Is.EqualTo(new[] { 2, 7 }));
    }
}
