using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Mes.Tests.Docs;
using NUnit.Framework;

namespace Mes.Tests.Browser;

/// <summary>The files of the board page, as they are written.</summary>
[Category("Unit")]
internal sealed partial class PageFileTests
{
    private static readonly string Root = Documents.PathOf("Mes.Api/wwwroot");

    private static readonly string Vendor = Path.Combine(Root, "vendor", "lit-html");

    private static readonly Dictionary<string, string> English = TextsOf("en");

    private static IEnumerable<string> Scripts => FilesOf("scripts", ".js").Concat(FilesOf("vendor", ".js"));

    [Test]
    public void The_library_is_the_one_that_was_published()
    {
        var known = File.ReadAllLines(Path.Combine(Vendor, "checksums.txt"))
            .Select(line => line.Split("  "))
            .ToDictionary(parts => parts[1], parts => parts[0]);

        var files = Directory.EnumerateFiles(Vendor, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Vendor, file).Replace('\\', '/'))
            .Except(["README.md", "checksums.txt"]);
        Assert.That(
            files.ToDictionary(
                file => file,
                file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Vendor, file))))),
            Is.EquivalentTo(known));
    }

    [Test]
    public void The_page_asks_for_all_its_scripts_at_once()
    {
        var index = File.ReadAllText(Path.Combine(Root, "index.html"));

        Assert.That(
            Asked().Matches(index).Select(match => match.Groups[1].Value).Order(),
            Is.EqualTo(Scripts.Where(script => script != "scripts/main.js").Order()));
    }

    [Test]
    public void The_page_names_no_other_place()
    {
        var files = Scripts.Concat(FilesOf("styles", ".css")).Append("index.html").Append("favicon.svg")
            .Where(file => !file.StartsWith("vendor/", StringComparison.Ordinal));

        Assert.That(
            files.Where(file => Elsewhere().IsMatch(File.ReadAllText(Path.Combine(Root, file))
                .Replace("http://www.w3.org/2000/svg", string.Empty, StringComparison.Ordinal))),
            Is.Empty);
    }

    [Test]
    public void Each_language_says_everything_with_the_same_values()
    {
        var russian = TextsOf("ru");

        Assert.That(English, Has.Count.GreaterThan(100));
        Assert.That(russian.Keys, Is.EquivalentTo(English.Keys));
        Assert.That(
            English.Where(text => !ValuesOf(text.Value).SetEquals(ValuesOf(russian[text.Key])))
                .Select(text => text.Key),
            Is.Empty);
        Assert.That(russian.Values.Concat(English.Values).Where(string.IsNullOrWhiteSpace), Is.Empty);
    }

    [Test]
    public void No_text_is_left_over()
    {
        var code = string.Concat(FilesOf("scripts", ".js")
            .Where(file => !file.StartsWith("scripts/texts/", StringComparison.Ordinal))
            .Select(file => File.ReadAllText(Path.Combine(Root, file))));

        // A key is named in full, or by the part before its last dot: `status.${status}`.
        Assert.That(
            English.Keys.Where(key => !code.Contains($"'{key}'", StringComparison.Ordinal)
                && !code.Contains($"`{key[..(key.LastIndexOf('.') + 1)]}${{", StringComparison.Ordinal)),
            Is.Empty);
    }

    private static IEnumerable<string> FilesOf(string folder, string extension) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), $"*{extension}", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'));

    private static Dictionary<string, string> TextsOf(string language) =>
        Text().Matches(File.ReadAllText(Path.Combine(Root, "scripts", "texts", $"{language}.js")))
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static HashSet<string> ValuesOf(string text) =>
        [.. Value().Matches(text).Select(match => match.Value)];

    [GeneratedRegex("""<link rel="modulepreload" href="/([^"]+)">""")]
    private static partial Regex Asked();

    [GeneratedRegex("(https?:)?//[a-z0-9-]+\\.[a-z]")]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"^  '([\w.-]+)':\s+'(.*)',$", RegexOptions.Multiline)]
    private static partial Regex Text();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Value();
}
