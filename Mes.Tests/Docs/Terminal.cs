using System.Text.RegularExpressions;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>
/// Pastes the steps of a document into a shell, and compares what it shows with what the document says.
/// </summary>
internal static class Terminal
{
    private const string DocumentedAddress = "http://localhost:5080";
    private const string Separator = "-----8<-----";
    private const string Script = "page.sh";

    /// <param name="limit">For all steps together.</param>
    /// <exception cref="AssertionException">A step fails, or shows something else than the document says.</exception>
    public static async Task PasteAsync(
        IReadOnlyList<Documents.Step> steps, Uri service, string folder, TimeSpan limit)
    {
        var script = string.Join($"\necho '{Separator}'\n", steps.Select(step => step.Script));
        await File.WriteAllTextAsync(Path.Combine(folder, Script), At(service, script));

        var (code, output) = await Command.RunAsync(folder, ["sh", "-eu", Script], limit, [("no_proxy", "*")]);

        Assert.That(code, Is.Zero, output);
        var outputs = output.Replace("\r", string.Empty, StringComparison.Ordinal).Split($"{Separator}\n");
        Assert.That(outputs, Has.Length.EqualTo(steps.Count));
        Assert.Multiple(() =>
        {
            for (var i = 0; i < steps.Count; i++)
            {
                AssertShows(steps[i].Expected, outputs[i]);
            }
        });
    }

    /// <summary>The text with the service's address in place of the documented one.</summary>
    public static string At(Uri service, string text) =>
        text.Replace(DocumentedAddress, service.ToString().TrimEnd('/'), StringComparison.Ordinal);

    private static void AssertShows(IReadOnlyList<string> expected, string output)
    {
        var from = 0;
        foreach (var line in expected)
        {
            var pattern = $"^{Regex.Escape(line).Replace("…", ".*", StringComparison.Ordinal)}$";
            var match = new Regex(pattern, RegexOptions.Multiline).Match(output, from);
            if (!match.Success)
            {
                Assert.Fail($"The document promises\n{line}\nbut the shell shows\n{output}");
                return;
            }

            from = match.Index + match.Length;
        }
    }
}
