using Mes.Application.ApiKeys.CreateApiKey;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Tests.Support;

namespace Mes.Tests.Unit;

/// <summary>The callers of the tests, and orders in any status.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static readonly Guid OrderId = new("019c13e5-7a00-7000-8000-000000000001");

    /// <summary>The seller of every order here.</summary>
    public static readonly Caller Alpha = new(Role.Seller, "alpha");

    public static readonly Caller Beta = new(Role.Seller, "beta");

    /// <summary>The operator who has claimed every order that is or was in production.</summary>
    public static readonly Caller Anna = new(Role.Operator, "anna");

    public static readonly Caller Boris = new(Role.Operator, "boris");

    public static readonly Caller Crm = new(Role.Service, "crm");

    public static readonly Caller Admin = new(Role.Admin, "admin");

    public static readonly Price Price = DomainSteps.Price;

    public static readonly Shipment Shipment = DomainSteps.Shipment;

    public static StatusChange Submission(DateTimeOffset? at = null) => Order.Submit(
        OrderId,
        Alpha,
        "PO-1",
        new Model3D("bracket.stl", new string('a', 64), 1200),
        "PLA",
        3,
        Noon.AddDays(7),
        "as light as possible",
        at ?? Noon);

    public static Order AnOrder(OrderStatus status)
    {
        var order = Submission().Order;
        order.LeadTo(status, Alpha, Anna, Crm, () => Noon);
        return order;
    }

    /// <summary>A key for the holder with this id, which is a service's or administrator's name.</summary>
    public static CreateApiKey NewKey(Role role, string? holder, bool live) => role switch
    {
        Role.Seller => new(role, holder, null, null, null, live),
        Role.Operator => new(role, null, holder, null, null, live),
        _ => new(role, null, null, holder, null, live),
    };

    public static OrderSnapshot Snapshot(OrderStatus status = OrderStatus.Submitted) =>
        OrderSnapshot.From(AnOrder(status));
}
