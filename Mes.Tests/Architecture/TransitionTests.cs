using Mes.Domain.Orders;
using Mes.Tests.Architecture.Planted;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class TransitionTests
{
    private static readonly string[] Transitions =
    [
        nameof(Order.Submit), nameof(Order.SetPrice), nameof(Order.Approve), nameof(Order.Claim), nameof(Order.Release), nameof(Order.Complete),
        nameof(Order.Package), nameof(Order.Ship), nameof(Order.Close), nameof(Order.Cancel), nameof(Order.Reject),
    ];

    [Test]
    public void Whoever_calls_a_status_transition_is_the_handler_of_a_command_that_is_written_through()
    {
        var calls = TransitionRule.CallsIn(Code.Product);

        Assert.That(calls.Where(call => !call.IsAllowed), Is.Empty);
    }

    [Test]
    public void Every_transition_has_one_caller() =>
        Assert.That(TransitionRule.CallsIn(Code.Product).Select(call => call.Transition), Is.EquivalentTo(Transitions));

    [TestCase(typeof(ClosesOrdersAtNight), nameof(Order.Close))]
    [TestCase(typeof(SubmitsOutsideOfACommand), nameof(Order.Submit))]
    [TestCase(typeof(PassesATransitionOn), nameof(Order.Claim))]
    [TestCase(typeof(ApprovesInAQueryHandler), nameof(Order.Approve))]
    public void Another_caller_is_caught(Type planted, string transition)
    {
        var calls = TransitionRule.CallsIn([Code.Tests]);

        Assert.That(calls, Does.Contain(new TransitionRule.Call(planted, transition, IsAllowed: false)));
    }
}
