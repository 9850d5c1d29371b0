using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Domain.Results;
using NUnit.Framework;

namespace Mes.Tests.Unit.Orders;

/// <summary>Every transition, from every status, by every kind of caller, against the table that the domain is specified by.</summary>
[Category("Unit")]
internal sealed class TransitionTableTests
{
    private const string TheSeller = "the order's seller";
    private const string TheClaimant = "the operator who claimed it";
    private const string AnyOperator = "operator";
    private const string AService = "service";

    /// <summary>Written down from the specification, not from the code.</summary>
    private static readonly Row[] Table =
    [
        new("price", "SUBMITTED", "PRICE_CALCULATED", [AService], (o, by, at) => o.SetPrice(by, Given.Price, at)),
        new("approval", "PRICE_CALCULATED", "MANUFACTURING_APPROVED", [AService], (o, by, at) => o.Approve(by, at)),
        new("claim", "MANUFACTURING_APPROVED", "MANUFACTURING_STARTED", [AnyOperator], (o, by, at) => o.Claim(by, at)),
        new("release", "MANUFACTURING_STARTED", "MANUFACTURING_APPROVED", [TheClaimant, AService], (o, by, at) => o.Release(by, "why", at)),
        new("completion", "MANUFACTURING_STARTED", "MANUFACTURING_COMPLETED", [TheClaimant], (o, by, at) => o.Complete(by, at)),
        new("packaging", "MANUFACTURING_COMPLETED", "PACKAGING", [AnyOperator], (o, by, at) => o.Package(by, at)),
        new("shipment", "PACKAGING", "SHIPPED", [AnyOperator], (o, by, at) => o.Ship(by, Given.Shipment, at)),
        new("closure", "SHIPPED", "CLOSED", [AService], (o, by, at) => o.Close(by, at)),
        new("cancellation", "SUBMITTED PRICE_CALCULATED MANUFACTURING_APPROVED", "CANCELLED", [TheSeller, AService], (o, by, at) => o.Cancel(by, "why", at)),
        new("rejection", "SUBMITTED PRICE_CALCULATED MANUFACTURING_APPROVED", "REJECTED", [AService], (o, by, at) => o.Reject(by, "why", at)),
    ];

    private static readonly Caller[] Callers = [Given.Alpha, Given.Beta, Given.Anna, Given.Boris, Given.Crm, Given.Admin];

    private static IEnumerable<TestCaseData> Cells =>
        from row in Table
        from status in Enum.GetValues<OrderStatus>()
        select new TestCaseData(row, status).SetArgDisplayNames(row.Name, status.Name());

    [TestCaseSource(nameof(Cells))]
    public void A_transition_is_offered_to_whom_and_when_the_table_says(Row row, OrderStatus status)
    {
        var order = Given.AnOrder(status);

        Assert.Multiple(() =>
        {
            foreach (var caller in Callers)
            {
                Assert.That(order.AllowedFor(caller).Contains(row.Name), Is.EqualTo(row.Allows(status, caller)), caller.ToString());
            }
        });
    }

    [TestCaseSource(nameof(Cells))]
    public void A_transition_succeeds_when_the_table_says_and_otherwise_tells_what_is_allowed(Row row, OrderStatus status)
    {
        Assert.Multiple(() =>
        {
            // Whoever lacks the role, or may not see the order, is turned away before the domain is asked.
            foreach (var caller in Callers.Where(caller => row.IsFor(caller) && caller.MaySee("alpha")))
            {
                var order = Given.AnOrder(status);
                var version = order.Version;
                var result = row.Perform(order, caller, Given.Noon.AddHours(1));

                if (row.Allows(status, caller))
                {
                    Assert.That(result.Error, Is.Null, caller.ToString());
                    Assert.That(order.Status.Name(), Is.EqualTo(row.To));
                    Assert.That(order.Version, Is.EqualTo(version + 1));
                    Assert.That(result.Value.Changed);
                    Assert.That(result.Value.From, Is.EqualTo(status));
                    Assert.That(result.Value.Order, Is.SameAs(order));
                    continue;
                }

                Assert.That((order.Status, order.Version), Is.EqualTo((status, version)), "nothing has changed");
                if (row.Name == "claim" && status == OrderStatus.ManufacturingStarted && caller == Given.Anna)
                {
                    Assert.That(result.Value.Changed, Is.False);
                }
                else if (caller.Role == Role.Operator && status == OrderStatus.ManufacturingStarted && (row.Name == "claim" || row.Includes(status)))
                {
                    Assert.That(result.Error?.Code, Is.EqualTo("already-claimed"), caller.ToString());
                    Assert.That(result.Error?.Facts["operatorId"], Is.EqualTo("anna"));
                }
                else
                {
                    Assert.That(result.Error?.Code, Is.EqualTo("invalid-transition"), caller.ToString());
                    Assert.That(result.Error?.Facts["orderStatus"], Is.EqualTo(status.Name()));
                    Assert.That(result.Error?.Facts["allowed"], Is.EquivalentTo(Table.Where(other => other.Allows(status, caller)).Select(other => other.Name)));
                }
            }
        });
    }

    [Test]
    public void The_table_has_every_transition_there_is() =>
        Assert.That(OrderTransition.All.Select(transition => transition.Name), Is.EquivalentTo(Table.Select(row => row.Name)));

    [Test]
    public void Nothing_follows_a_terminal_status() =>
        Assert.That(Table.Where(row => row.From.Split(' ').Any(name => OrderStatuses.Parse(name).IsTerminal())), Is.Empty);

    internal sealed record Row(
        string Name, string From, string To, string[] Who, Func<Order, Caller, DateTimeOffset, Result<StatusChange>> Perform)
    {
        public bool Includes(OrderStatus status) => From.Split(' ').Contains(status.Name());

        public bool Allows(OrderStatus status, Caller caller) => Includes(status) && Who.Any(who => Is(who, caller));

        /// <summary>Whether the caller's role may do it to some order, if not to this one.</summary>
        public bool IsFor(Caller caller) => Who.Any(who => who switch
        {
            AService => caller.Role == Role.Service,
            TheSeller => caller.Role == Role.Seller,
            _ => caller.Role == Role.Operator,
        });

        private static bool Is(string who, Caller caller) => who switch
        {
            AService => caller == Given.Crm,
            AnyOperator => caller == Given.Anna || caller == Given.Boris,
            TheClaimant => caller == Given.Anna,
            TheSeller => caller == Given.Alpha,
            _ => throw new ArgumentOutOfRangeException(nameof(who)),
        };
    }
}
