using System.Text.Json.Serialization;
using Mes.Application.Paging;
using Mes.Application.Snapshots;

namespace Mes.Application.Orders.ListOrders;

/// <summary>A page of orders.</summary>
/// <param name="Items">The orders of this page, in the order that was asked for.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last.</param>
public sealed record OrderPage(IReadOnlyList<OrderSnapshot> Items, string? Next)
{
    /// <summary>The <see cref="Items"/> in a JSON object, in UTF-8. Requests for the same orders share it.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> SharedJson { get; private init; }

    /// <param name="found">One order more than the page shows, if there is a next page.</param>
    internal static OrderPage Of(SelectedOrders found, ListOrders query, ICursorProtector cursors)
    {
        var shared = found.Share(list => new { Items = list.Orders.Take(query.Limit).ToList() });
        var next = cursors.Next(found.Orders, query.Limit, query.Sort.TimeOf, query.CursorScope);
        return new OrderPage(shared.Content.Items, next) { SharedJson = shared.Json };
    }
}
