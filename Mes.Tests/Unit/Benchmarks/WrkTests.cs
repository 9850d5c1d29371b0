using Mes.Benchmarks.Peers;
using NUnit.Framework;

namespace Mes.Tests.Unit.Benchmarks;

[Category("Unit")]
internal sealed class WrkTests
{
    [Test]
    public void Its_result_is_read_in_milliseconds_and_without_the_failures()
    {
        var outcome = Wrk.Parse("Running 2s test\nRESULT 1000 2000000 100 250 1500 9000 12000\n");

        Assert.That(outcome, Is.EqualTo(new Outcome(1000, 450, 0.25, 1.5, 9, 12, Failed: 100)));
    }

    [Test]
    public void No_result_is_an_error_that_shows_what_it_said() =>
        Assert.That(
            () => Wrk.Parse("unable to connect"), Throws.InvalidOperationException.With.Message.Contains("connect"));
}
