using MediatR;
using Mes.Application.Messaging;
using Mes.Application.Paging;
using Mes.Application.Persistence;
using Mes.Application.Snapshots;
using Mes.Domain.Results;

namespace Mes.Application.Orders.ListOrders;

internal sealed class ListOrdersHandler(IOrderSelectionReader orders, ICursorProtector cursors)
    : IndexQueryHandler<ListOrders, OrderPage>(orders), IRequestHandler<ListOrders, Result<OrderPage>>
{
    public override Result<AnswerPlan> Plan(ListOrders query)
    {
        var after = cursors.Read(query.Cursor, query.CursorScope);
        return after.IsSuccess
            ? new AnswerPlan(
                new OrderSelection.List(query.Filter, after.Value, query.Limit + 1),
                found => OrderPage.Of(found, query, cursors))
            : after.Error;
    }
}
