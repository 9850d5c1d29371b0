using Mes.Api.Http;
using Mes.Application.ApiKeys;
using Mes.Application.ApiKeys.ListApiKeys;
using Mes.Application.Orders;
using Mes.Application.Paging;
using Mes.Domain.Callers;

namespace Mes.Api.Keys;

/// <summary>The query parameters of the list of keys.</summary>
internal static class KeyListQuery
{
    public static QueryParameter[] Parameters { get; } =
    [
        new("role", "Only keys of this role.") { Values = Roles.Names, Example = "seller" },
        new("sellerId", "Only this seller's keys. A seller may name itself only.")
        {
            MinLength = 1, MaxLength = OrderLimits.SellerIdLength, Example = "alpha",
        },
        PagingQuery.Limit(PageLimits.ListDefault),
        PagingQuery.Cursor,
    ];

    public static ListApiKeys Read(QueryReader query, Caller caller) => new(
        caller,
        Roles.Find(query.Choice("role", string.Empty, Roles.Names)),
        query.Text("sellerId"),
        query.Integer("limit", PageLimits.ListDefault),
        query.Text("cursor"));
}
