using Mes.Domain.Callers;
using Microsoft.AspNetCore.OutputCaching;

namespace Mes.Contenders;

/// <summary>
/// Which answers output caching keeps: successful reads, for each caller its own. The framework's own policy keeps
/// none, because every request has an <c>Authorization</c>.
/// </summary>
internal sealed class AnswerPolicy(TimeSpan lifetime) : IOutputCachePolicy
{
    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method) || http.Features.Get<Caller>() is not { } caller)
        {
            return ValueTask.CompletedTask;
        }

        context.EnableOutputCaching = context.AllowCacheLookup = context.AllowCacheStorage = true;
        context.AllowLocking = true;
        context.ResponseExpirationTimeSpan = lifetime;
        context.CacheVaryByRules.QueryKeys = "*";
        context.CacheVaryByRules.VaryByValues["caller"] = caller.ToString();
        context.Tags.Add(TagOf(http, caller));
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) =>
        ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.AllowCacheStorage &= context.HttpContext.Response.StatusCode == StatusCodes.Status200OK;
        return ValueTask.CompletedTask;
    }

    private static string TagOf(HttpContext http, Caller caller) =>
        http.Request.RouteValues["id"] is string id && Guid.TryParse(id, out var order) ? ContenderCache.OrderKey(order)
        : http.Request.Path.StartsWithSegments("/api/v1/board") ? ContenderCache.BoardTag
        : caller.Role == Role.Seller ? ContenderCache.SellerTag(caller.Id)
        : ContenderCache.AllSellersTag;
}
