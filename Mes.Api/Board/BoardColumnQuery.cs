using Mes.Api.Http;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Orders;
using Mes.Application.Paging;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;

namespace Mes.Api.Board;

/// <summary>The query parameters of a column of the board.</summary>
internal static class BoardColumnQuery
{
    private static readonly Dictionary<string, BoardSort> Sorts = new(StringComparer.Ordinal)
    {
        ["oldest"] = BoardSort.Oldest,
        ["newest"] = BoardSort.Newest,
        ["due"] = BoardSort.Due,
    };

    private static readonly string[] Truths = ["true", "false"];

    public static QueryParameter[] Parameters { get; } =
    [
        new(
            "sort",
            "Longest in this status first, newest first, or due first, where orders without a due date come last. "
                + "Ties are broken by id.")
        {
            Values = Sorts.Keys, Default = "oldest", Example = "oldest",
        },
        PagingQuery.Limit(PageLimits.ListDefault),
        PagingQuery.Cursor,
        new("operatorId", "Only orders that this operator has claimed.")
        {
            MinLength = 1, MaxLength = BoardFilter.OperatorIdLength, Example = "anna",
        },
        new("sellerId", "Only orders of this seller.")
        {
            MinLength = 1, MaxLength = OrderLimits.SellerIdLength, Example = "alpha",
        },
        new("overdue", "Only orders whose due date has passed, or only those whose has not.")
        {
            Values = Truths, Example = "true",
        },
        new("q", "Only orders with this text in their external id or id, in capitals or not.")
        {
            MinLength = 1, MaxLength = BoardFilter.TextLength, Example = "PO-2026",
        },
    ];

    /// <param name="status">An active one.</param>
    public static GetBoardColumn Read(QueryReader query, Caller caller, OrderStatus status) => new(
        caller,
        status,
        Sorts[query.Choice("sort", "oldest", Sorts.Keys)],
        query.Integer("limit", PageLimits.ListDefault),
        query.Text("cursor"),
        BoardFilter.Of(
            query.Text("operatorId"),
            query.Text("sellerId"),
            query.Text("overdue") is null ? null : query.Choice("overdue", "false", Truths) == "true",
            query.Text("q")));
}
