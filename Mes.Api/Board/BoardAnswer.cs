using System.Buffers;
using System.Text;
using Mes.Api.Http;
using Mes.Application.Board.GetBoard;
using Mes.Application.Json;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Board;

/// <summary>The whole board as an HTTP answer: the bytes that its cards have already, and as of when.</summary>
internal sealed class BoardAnswer(BoardView board) : HttpResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        // Without the brace that ends the object: one more property comes.
        var cards = board.Cards.Json[..^1];
        var asOf = Encoding.UTF8.GetBytes($",\"asOf\":\"{Rfc3339.Write(board.AsOf)}\"}}");
        JsonResults.RequireRevalidation(http);
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = cards.Length + asOf.Length;
        http.Response.BodyWriter.Write(cards.Span);
        http.Response.BodyWriter.Write(asOf);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
