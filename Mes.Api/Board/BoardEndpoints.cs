using Mes.Api.Board.Live;
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

        board.MapBoardStream();

        board.MapRead("/{status}", GetColumnAsync)
            .WithName("getBoardColumn")
            .WithSummary("Read one column of the board, a page at a time")
            .WithDescription(
                "The count is of what the filters leave, in the same snapshot as the cards. Sorted by due date, or "
                    + "filtered, the column comes from the database.")
            .Produces<BoardColumnPage>()
            .WithResponseHeaders(CacheStatusHeader.Name, HeaderNames.Link)
            .WithQuery(BoardColumnQuery.Parameters)
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
            query => BoardColumnQuery.Read(query, http.Caller(), column),
            static (http, page) => JsonResults.SharedPage(
                http, page.SharedJson, new { page.Next, page.Count }, page.Next));
    }
}
