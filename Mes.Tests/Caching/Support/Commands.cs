using Mes.Application.Messaging;
using Mes.Application.Orders.ApproveOrder;
using Mes.Application.Orders.CancelOrder;
using Mes.Application.Orders.ClaimOrder;
using Mes.Application.Orders.ListOrders;
using Mes.Application.Orders.PriceOrder;
using Mes.Application.Orders.ReleaseOrder;
using Mes.Application.Orders.SubmitOrder;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Mes.Infrastructure.Redis;

namespace Mes.Tests.Caching.Support;

/// <summary>The commands of the interleavings, each with a caller that may send it.</summary>
internal static class Commands
{
    public static readonly Caller Alpha = new(Role.Seller, "alpha");
    public static readonly Caller Crm = new(Role.Service, "crm");
    public static readonly Caller Anna = new(Role.Operator, "anna");

    public static Guid NewOrderId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    public static Guid NewOrderIn(Cells cells, int cell)
    {
        var id = NewOrderId();
        while (cells.Of(id) != cell)
        {
            id = NewOrderId();
        }

        return id;
    }

    public static IOrderCommand Submit(Guid id, string material = "PLA") => new SubmitOrder(
        id, Alpha, $"ext-{id:N}", new SubmittedModel("part.stl", new string('a', 64), 12_000), material, 2, null, null);

    public static IOrderCommand Price(Guid id) => new PriceOrder(id, Crm, EntityTagCondition.None, 12.5m, "EUR");

    public static IOrderCommand Approve(Guid id) => new ApproveOrder(id, Crm, EntityTagCondition.None);

    public static IOrderCommand Claim(Guid id) => new ClaimOrder(id, Anna, EntityTagCondition.None);

    public static IOrderCommand Release(Guid id) =>
        new ReleaseOrder(id, Anna, EntityTagCondition.None, "out of filament");

    /// <summary>The first page of the first seller's orders, latest change first.</summary>
    public static ListOrders List(int limit = 50, params OrderStatus[] statuses) =>
        new(Alpha, statuses, null, null, null, OrderSort.Default, limit, null);

    public static IOrderCommand Cancel(Guid id) =>
        new CancelOrder(id, Alpha, EntityTagCondition.None, "changed my mind");
}
