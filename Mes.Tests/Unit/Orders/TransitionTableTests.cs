using System.Reflection;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Tests.Support;
using NUnit.Framework;

namespace Mes.Tests.Unit.Orders;

/// <summary>
/// Every transition, from every status, by every kind of caller, against the table that specifies the domain.
/// </summary>
[Category("Unit")]
internal sealed class TransitionTableTests
{
    private static readonly Caller[] Callers =
        [Given.Alpha, Given.Beta, Given.Anna, Given.Boris, Given.Crm, Given.Admin];

    private static IEnumerable<TestCaseData> Cells =>
        from step in Lifecycle.Steps
        from status in Enum.GetValues<OrderStatus>()
        select new TestCaseData(step.Action, status).SetArgDisplayNames(step.Action, status.Name());

    [TestCaseSource(nameof(Cells))]
    public void A_transition_is_offered_to_whom_and_when_the_table_says(string action, OrderStatus status)
    {
        var step = Lifecycle.StepOf(action);
        var order = Given.AnOrder(status);

        Assert.Multiple(() =>
        {
            foreach (var caller in Callers)
            {
                var isAllowed = IsAllowed(step, status, caller);
                Assert.That(order.AllowedFor(caller).Contains(action), Is.EqualTo(isAllowed), caller.ToString());
            }
        });
    }

    [TestCaseSource(nameof(Cells))]
    public void A_transition_succeeds_when_the_table_says_and_otherwise_tells_what_is_allowed(
        string action, OrderStatus status)
    {
        var step = Lifecycle.StepOf(action);
        Assert.Multiple(() =>
        {
            // A caller who lacks the role, or may not see the order, is refused before the domain is involved.
            foreach (var caller in Callers.Where(caller => IsFor(step, caller) && caller.MaySee("alpha")))
            {
                var order = Given.AnOrder(status);
                var version = order.Version;
                var result = order.Perform(step, caller, Given.Noon.AddHours(1));

                if (IsAllowed(step, status, caller))
                {
                    Assert.That(result.Error, Is.Null, caller.ToString());
                    Assert.That(order.Status.Name(), Is.EqualTo(step.To));
                    Assert.That(order.Version, Is.EqualTo(version + 1));
                    Assert.That(result.Value.Changed);
                    Assert.That(result.Value.From, Is.EqualTo(status));
                    Assert.That(result.Value.Order, Is.SameAs(order));
                    continue;
                }

                Assert.That((order.Status, order.Version), Is.EqualTo((status, version)), "nothing has changed");
                var isLateClaim = action == "claim" && status == OrderStatus.ManufacturingStarted;
                if (isLateClaim && caller == Given.Anna)
                {
                    Assert.That(result.Value.Changed, Is.False);
                }
                else if (isLateClaim || step.From.Contains(status.Name()))
                {
                    Assert.That(result.Error?.Code, Is.EqualTo("already-claimed"), caller.ToString());
                    Assert.That(result.Error?.Facts["operatorId"], Is.EqualTo("anna"));
                }
                else
                {
                    Assert.That(result.Error?.Code, Is.EqualTo("invalid-transition"), caller.ToString());
                    Assert.That(result.Error?.Facts["orderStatus"], Is.EqualTo(status.Name()));
                    Assert.That(
                        result.Error?.Facts["allowed"],
                        Is.EquivalentTo(Lifecycle.Steps.Where(other => IsAllowed(other, status, caller))
                            .Select(other => other.Action)));
                }
            }
        });
    }

    [Test]
    public void The_table_has_every_transition_that_there_is()
    {
        Assert.That(Missing(OrderTransition.All, Lifecycle.Steps), Is.Empty);
        Assert.That(Lifecycle.Actions, Is.SubsetOf(OrderTransition.All.Select(transition => transition.Name)));
    }

    [Test]
    public void The_table_has_every_status_that_there_is()
    {
        const string Add = "add a status that the table lacks to Active or Terminal in Mes.Tests/Support/Lifecycle.cs";

        Assert.That(Lifecycle.Active, Is.EqualTo(OrderStatuses.Active.Select(status => status.Name())), Add);
        Assert.That(Lifecycle.Statuses, Is.EquivalentTo(OrderStatuses.All.Select(status => status.Name())), Add);
    }

    [Test]
    public void A_transition_that_the_table_lacks_is_caught_and_the_line_is_given() =>
        Assert.That(Missing([OrderTransition.Release], Lifecycle.Steps.Where(step => step.Action != "release")),
            Is.EqualTo(new[]
        {
            "Add to Steps in Mes.Tests/Support/Lifecycle.cs, if the specification says so: "
            + "new(\"release\", [\"MANUFACTURING_STARTED\"], \"MANUFACTURING_APPROVED\", [\"operator\", \"service\"]) "
            + "{ OnlyClaimant = true },",
        }));

    [Test]
    public void Every_transition_is_among_all_of_them() =>
        Assert.That(
            typeof(OrderTransition).GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(field => field.GetValue(null)),
            Is.EquivalentTo(OrderTransition.All),
            "OrderTransition.All lists every transition of OrderTransition");

    [Test]
    public void Nothing_follows_a_terminal_status() =>
        Assert.That(Lifecycle.Steps.SelectMany(step => step.From),
            Has.None.Matches<string>(name => OrderStatuses.Parse(name).IsTerminal()));

    [Test]
    public void The_tour_goes_over_every_step_that_does_not_end_the_order_one_after_the_other()
    {
        var tour = Lifecycle.Tour;

        Assert.That(tour, Is.SupersetOf(Lifecycle.Steps.Where(step => Lifecycle.Active.Contains(step.To))));
        Assert.That(tour[^1].To, Is.EqualTo("CLOSED"));
        var statuses = tour.Select(step => step.To).Prepend("SUBMITTED");
        Assert.That(tour.Zip(statuses, (step, from) => step.From.Contains(from)), Is.All.True);
    }

    private static IEnumerable<string> Missing(
        IEnumerable<OrderTransition> transitions, IEnumerable<Lifecycle.Step> steps) =>
        from transition in transitions
        where !steps.Any(step => step.Action == transition.Name)
        let origins = Quoted(transition.From.Select(status => status.Name()))
        let roles = Quoted(transition.Roles.Select(Name))
        let more = transition.OnlyClaimant ? " { OnlyClaimant = true }" : ""
        let row = $"new(\"{transition.Name}\", [{origins}], \"{transition.To.Name()}\", [{roles}]){more},"
        select $"Add to Steps in Mes.Tests/Support/Lifecycle.cs, if the specification says so: {row}";

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"\"{word}\""));

    private static bool IsAllowed(Lifecycle.Step step, OrderStatus status, Caller caller)
    {
        // Anna has claimed every order that has been claimed.
        var isClaimed = Lifecycle.WayTo(status.Name()).Any(way => way.Action == "claim");
        var allowed = Lifecycle.AllowedIn(
            status.Name(), Name(caller.Role), isClaimant: !isClaimed || caller == Given.Anna);
        return caller != Given.Beta && allowed.Contains(step.Action);
    }

    /// <summary>Whether the caller's role may make the transition for some order, if not for this one.</summary>
    private static bool IsFor(Lifecycle.Step step, Caller caller) => step.Roles.Contains(Name(caller.Role));

    private static string Name(Role role) => role.ToString().ToLowerInvariant();
}
