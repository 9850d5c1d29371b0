using Mes.Domain.Orders;
using Mes.Tests.Architecture.Planted;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Architecture;

[Category("Unit")]
internal sealed class TransitionTests
{
    /// <summary>The methods of an order that are transitions.</summary>
    private static readonly string[] Transitions =
    [
        nameof(Order.Submit),
        nameof(Order.RepeatSubmission),
        .. Lifecycle.Actions.Select(action => DomainSteps.Method(action).Name),
    ];

    private static readonly Lazy<IReadOnlyList<TransitionRule.Call>> CallsInTests =
        new(() => TransitionRule.CallsIn([Code.Tests]));

    [Test]
    public void Only_handlers_of_write_through_commands_call_status_transitions()
    {
        var calls = TransitionRule.CallsIn(Code.Product);

        Assert.That(
            calls.Where(call => !call.IsAllowed).Select(call =>
                $"{call.Caller.Name} calls Order.{call.Transition}: leave that to the handler of an IOrderCommand, which the cache hears of"),
            Is.Empty);
    }

    [Test]
    public void Every_transition_has_one_caller() =>
        Assert.That(
            TransitionRule.CallsIn(Code.Product).Select(call => call.Transition),
            Is.EquivalentTo(Transitions),
            "Each transition of Order has one handler: add a use case for one without, or remove the second caller");

    [TestCase(typeof(ClosesOrdersAtNight), nameof(Order.Close))]
    [TestCase(typeof(SubmitsOutsideOfACommand), nameof(Order.Submit))]
    [TestCase(typeof(PassesATransitionOn), nameof(Order.Claim))]
    [TestCase(typeof(ApprovesInAQueryHandler), nameof(Order.Approve))]
    public void Another_caller_is_caught(Type planted, string transition)
    {
        Assert.That(CallsInTests.Value, Does.Contain(new TransitionRule.Call(planted, transition, IsAllowed: false)));
    }
}
