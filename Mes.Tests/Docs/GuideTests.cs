using System.Text.RegularExpressions;
using Mes.Tests.Http;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Docs;

/// <summary>
/// The instructions in <c>docs/adding-a-handler.md</c> work: its examples, made from the templates, compile and pass.
/// </summary>
[Category("Guide")]
[NonParallelizable]
internal sealed partial class GuideTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Folders that are not part of the repository, or that hold results of this machine.</summary>
    private static readonly string[] LeftOut = ["bin", "obj", "data", "node_modules", "TestResults", ".git", ".vs", ".idea"];

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    [Test]
    public async Task Its_examples_compile_and_pass_when_they_are_followed_to_the_letter()
    {
        await using var temporary = new TemporaryDirectory();
        var root = Path.Combine(temporary.Path, "repository");
        Copy(Documents.Root, root);
        var filters = new List<string>();

        foreach (var step in Guide.Steps())
        {
            if (step.Command is not { } command)
            {
                step.Apply(root);
            }
            else if (command.StartsWith("dotnet new ", StringComparison.Ordinal))
            {
                // A separate home keeps the installed templates of the user who runs the tests unchanged.
                var home = Path.Combine(temporary.Path, "home");
                await DotnetAsync(root, command[7..].Split(' '), ("DOTNET_CLI_HOME", home));
            }
            else if (Filter().Match(command) is { Success: true } filter)
            {
                filters.Add($"({filter.Groups[1].Value})");
            }
        }

        // One build for both examples. It uses the packages of the build that runs the tests, so it downloads nothing.
        var noSource = Directory.CreateDirectory(Path.Combine(temporary.Path, "no-source")).FullName;
        await DotnetAsync(root, ["restore", "Mes.Tests", "--locked-mode", "--source", noSource]);
        await DotnetAsync(root, ["build", "Mes.Tests", "--no-restore", "-c", Configuration]);
        Assert.That(filters, Has.Count.EqualTo(2), "the guide has a command that tests each example");
        var filterOfAll = $"({string.Join('|', filters)})&Category!=Servers&FullyQualifiedName!~LiveAnswers";
        var output = await DotnetAsync(
            root, ["test", "Mes.Tests", "--no-build", "-c", Configuration, "--filter", filterOfAll]);

        Assert.That(output, Does.Match(@"Passed!  - Failed: +0, Passed: +\d{3}"));
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(from).Select(folder => Path.GetFileName(folder))
            .Except(LeftOut))
        {
            Copy(Path.Combine(from, folder), Path.Combine(to, folder));
        }
    }

    /// <returns>The output of the command.</returns>
    private static async Task<string> DotnetAsync(
        string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var (code, output) = await Command.RunAsync(folder, ["dotnet", .. arguments], Limit, environment);
        Assert.That(code, Is.Zero, $"dotnet {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    [GeneratedRegex("^dotnet test .*--filter \"([^\"]+)\"")]
    private static partial Regex Filter();
}
