using Mes.Chaos.Cluster;
using NUnit.Framework;

namespace Mes.Tests.Unit.Chaos;

[Category("Unit")]
internal sealed class ServerProcessTests
{
    private const string Nobody = "999999999";

    [Test]
    public void A_process_that_has_ended_meanwhile_needs_no_signal() =>
        Assert.That(() => ServerProcess.Send("CONT", [Nobody]), Throws.Nothing);

    [Test]
    public void A_signal_that_cannot_be_sent_for_another_reason_is_told() =>
        Assert.That(() => ServerProcess.Send("NONE", [Nobody]), Throws.InvalidOperationException);
}
