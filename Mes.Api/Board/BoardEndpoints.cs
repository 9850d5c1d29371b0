using Mes.Api.Http;
using Mes.Application.Board.GetBoard;
using Mes.Application.Board.GetBoardColumn;
using Mes.Application.Paging;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using Microsoft.Net.Http.Headers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Board;

/// <summary>The board: the active orders by status.</summary>
internal static class BoardEndpoints
{
    private static readonly Dictionary<string, BoardSort> Sorts = new(StringComparer.Ordinal)
    {
        ["oldest"] = BoardSort.Oldest,
        ["newest"] = BoardSort.Newest,
    };

    public static void MapBoard(this IEndpointRouteBuilder api)
    {
        var board = api.MapGroup("/board").WithTags("Board");

        board.MapRead("/", GetAsync).WithName("getBoard").WithSummary("Read the whole board")
            .WithDescription(
                "How many orders are in each active status, and of each those that are in it longest; "
                + "all as of one moment.")
            .Produces<BoardView>()
            .WithResponseHeaders(CacheStatusHeader.Name)
            .WithQuery(PagingQuery.Limit(PageLimits.BoardDefault))
            .Costs(2, ofFullPage: 14)
            .ForRoles(Role.Operator, Role.Service);

        board.MapRead("/{status}", GetColumnAsync)
            .WithName("getBoardColumn")
            .WithSummary("Read one column of the board, a page at a time")
            .WithDescription("The count is the whole column's, in the same snapshot as the cards.")
            .Produces<BoardColumnPage>()
            .WithResponseHeaders(CacheStatusHeader.Name, HeaderNames.Link)
            .WithQuery(
                new QueryParameter("sort", "Longest in this status first, or newest first. Ties are broken by id.")
                {
                    Values = Sorts.Keys,
                    Default = "oldest",
                    Example = "oldest",
                },
                PagingQuery.Limit(PageLimits.ListDefault),
                PagingQuery.Cursor)
            .Costs(1, ofFullPage: 7)
            .ForRoles(Role.Operator, Role.Service);
    }

    private static Task<HttpResult> GetAsync(HttpContext http) =>
        http.SendAsync(
            query => new GetBoard(query.Integer("limit", PageLimits.BoardDefault)),
            static (_, board) => JsonResults.Shared(board.SharedJson, new { board.AsOf }));

    private static Task<HttpResult> GetColumnAsync(string status, HttpContext http)
    {
        if (!OrderStatuses.TryParse(status, out var column) || column.IsTerminal())
        {
            return Task.FromResult<HttpResult>(
                ProblemResult.Of(ProblemCatalog.NotFound, "The board has no such column."));
        }

        return http.SendAsync(
            query => new GetBoardColumn(
                http.Caller(),
                column,
                Sorts[query.Choice("sort", "oldest", Sorts.Keys)],
                query.Integer("limit", PageLimits.ListDefault),
                query.Text("cursor")),
            static (http, page) => JsonResults.SharedPage(
                http, page.SharedJson, new { page.Next, page.Count }, page.Next));
    }
}
