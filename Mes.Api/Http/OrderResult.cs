using Mes.Application.Snapshots;

namespace Mes.Api.Http;

/// <summary>
/// One version of an order as an HTTP answer: the bytes as they are, and its version as the entity tag.
/// </summary>
internal sealed class OrderResult(OrderSnapshot order, ReadOnlyMemory<byte> body) : IResult
{
    public int Status { get; init; } = StatusCodes.Status200OK;

    public string? Location { get; init; }

    /// <summary>For a request that repeated an earlier one under its idempotency key.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>For reads: a caller that has this version already is told so (304).</summary>
    public bool IsConditional { get; init; }

    public Task ExecuteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ETag = EntityTags.Of(order.Version);
        headers.CacheControl = "private, no-cache";
        if (Location is not null)
        {
            headers.Location = Location;
        }

        if (IsReplayed)
        {
            headers[IdempotencyKeys.ReplayedHeader] = "true";
        }

        if (IsConditional && EntityTags.IsNoneMatch(http.Request, order.Version))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        http.Response.StatusCode = Status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}
