using Mes.Application.Caching;
using Mes.Application.Messaging;
using Mes.Application.Paging;

namespace Mes.Application.Orders.ListOrders;

internal sealed class ListOrdersIndexReader(IOrderListIndex index, ICursorProtector cursors)
    : IIndexReader<ListOrders, OrderPage>
{
    public async ValueTask<CacheRead<OrderPage>> ReadAsync(ListOrders query)
    {
        var after = cursors.Read(query.Cursor, query.CursorScope);
        return after.IsSuccess
            ? (await index.ReadListAsync(query.Filter, after.Value, query.Limit + 1))
                .Select(found => OrderPage.Of(found, query, cursors))
            : CacheRead<OrderPage>.Miss; // The handler says what is wrong with the cursor.
    }
}
