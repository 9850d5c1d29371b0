using NUnit.Framework;

namespace Mes.Tests.Http;

/// <summary>
/// Invalid commands of the program. They run once and not per engine, because each is a process that has to start.
/// </summary>
[TestFixture(TestEngines.Embedded, Category = "Embedded")]
public sealed class WrongCommandTests(TestEngines engines) : HttpTest(engines)
{
    [TestCase("keys", "create")]
    [TestCase("keys", "create", "--role", "seller")]
    [TestCase("keys", "create", "--role", "king")]
    [TestCase("keys", "create", "--role", "7", "--name", "x")]
    [TestCase("keys", "create", "--role", "seller", "--seller", "not an id")]
    [TestCase("keys", "create", "--role", "seller", "--seller", "a", "--operator", "b")]
    [TestCase("keys", "revoke", "0000000000000000")]
    [TestCase("keys", "revoke")]
    [TestCase("keys")]
    [TestCase("keys", "nonsense")]
    public async Task A_command_that_is_not_right_says_so_and_fails(params string[] arguments)
    {
        var (code, output, errors) = await Program.RunAsync(Service.Environment, arguments);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Not.Contain("mes_live_0").And.Not.Contain("   at "));
        Assert.That(errors, Is.Not.Empty.And.Not.Contains("   at "));
    }
}
