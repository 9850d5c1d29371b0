using NUnit.Framework;

namespace Mes.Tests.Browser;

/// <summary>The page's scripts pass the compiler's and the linter's checks.</summary>
[Category("Browser")]
internal sealed class ScriptTests
{
    [TestCase("types")]
    [TestCase("lint")]
    public async Task The_scripts_pass(string check)
    {
        var (exitCode, output) = await BoardScripts.RunAsync(check);

        Assert.That(exitCode, Is.Zero, output);
    }
}
