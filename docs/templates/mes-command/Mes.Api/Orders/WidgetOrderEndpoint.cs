#if (reason)
using Mes.Api.Orders.Bodies;
#else
using Mes.Api.Http;
#endif
using Mes.Application.Orders.WidgetOrder;
using Mes.Domain.Orders;

namespace Mes.Api.Orders;

/// <summary>The transition <c>Widget</c> of an order.</summary>
internal static class WidgetOrderEndpoint
{
    public static void MapWidgetOrder(this IEndpointRouteBuilder orders) =>
#if (reason)
        orders.MapChange<ReasonBody>(OrderTransition.Widget, "widgetOperationOrder", "Widget the order",
            (id, caller, ifMatch, body) => new WidgetOrder(id, caller, ifMatch, body.Reason));
#else
        orders.MapChange<NoBody>(OrderTransition.Widget, "widgetOperationOrder", "Widget the order",
            (id, caller, ifMatch, _) => new WidgetOrder(id, caller, ifMatch));
#endif
}
