using MediatR;
using Mes.Api.Http;
using Mes.Application.Caching;
using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Callers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Statistics;

/// <summary>Figures over many orders.</summary>
internal static class StatisticsEndpoints
{
    private const int DefaultDays = 30;

    public static void MapStatistics(this IEndpointRouteBuilder api) =>
        api.MapRead("/stats/throughput", GetThroughputAsync)
            .WithTags("Statistics")
            .WithName("getThroughput")
            .WithSummary("Read how orders flow through the factory")
            .WithDescription("Per day how many orders entered each status, and per status the median and the 90th percentile of the time spent in it. Days are in UTC.")
            .Produces<Throughput>()
            .WithResponseHeaders(CacheStatusHeader.Name)
            .WithQuery(new QueryParameter("days", "How many days, today included.")
            {
                Type = "integer", Minimum = 1, Maximum = 90, Default = "30", Example = "30",
            })
            .Costs(4)
            .ForRoles(Role.Operator, Role.Service);

    private static async Task<HttpResult> GetThroughputAsync(HttpContext http, IMediator mediator, CacheReport report, TimeProvider clock)
    {
        var query = new QueryReader(http.Request);
        var days = query.Integer("days", DefaultDays);
        if (query.Error is { } error)
        {
            return new ProblemResult(error);
        }

        var result = await mediator.Send(new GetThroughput(days, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)), http.RequestAborted);
        if (!result.IsSuccess)
        {
            return new ProblemResult(result.Error);
        }

        CacheStatusHeader.Write(http, report);
        return JsonResults.Fresh(http, result.Value);
    }
}
