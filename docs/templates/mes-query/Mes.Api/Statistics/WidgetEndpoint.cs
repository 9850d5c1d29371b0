using Mes.Api.Http;
using Mes.Application.Statistics.GetWidget;
using Mes.Domain.Callers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Statistics;

/// <summary>The orders of a seller that have not ended.</summary>
internal static class WidgetEndpoint
{
    public static void MapWidget(this IEndpointRouteBuilder api) =>
        api.MapRead("/stats/widget-path", GetAsync)
            .WithTags("Statistics")
            .WithName("getWidget")
            .WithSummary("Read how many orders have not ended")
            .WithDescription("Of the caller's own orders.")
            .Produces<Widget>()
            .WithExample(new Widget(3))
            .WithResponseHeaders(CacheStatusHeader.Name)
            .ForRoles(Role.Seller);

    private static Task<HttpResult> GetAsync(HttpContext http) =>
        http.SendAsync(new GetWidget(http.Caller().Id), JsonResults.Fresh);
}
