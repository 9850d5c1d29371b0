using System.Buffers;
using System.Text.Json;
using Mes.Application.Json;

namespace Mes.Api.Http;

/// <summary>
/// A JSON object of two parts: bytes that requests share, which go out as they are, and what is this request's own.
/// </summary>
/// <param name="shared">An object with at least one property, in UTF-8.</param>
/// <param name="own">An object with at least one property; they come behind those of the shared part.</param>
internal sealed class SharedJsonResult<T>(ReadOnlyMemory<byte> shared, T own) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        // One object of two: a comma replaces the brace that ends the first and the one that begins the second.
        var start = shared[..^1];
        var end = JsonSerializer.SerializeToUtf8Bytes(own, MesJson.Options);
        end[0] = (byte)',';
        JsonResults.RequireRevalidation(http);
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = start.Length + end.Length;
        http.Response.BodyWriter.Write(start.Span);
        http.Response.BodyWriter.Write(end);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }
}
