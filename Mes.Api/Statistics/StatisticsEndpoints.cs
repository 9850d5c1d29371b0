using Mes.Api.Http;
using Mes.Application.Statistics.GetThroughput;
using Mes.Domain.Callers;
using Mes.Domain.Orders;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Statistics;

/// <summary>Figures over many orders.</summary>
internal static class StatisticsEndpoints
{
    private const int DefaultDays = 30;

    private static readonly Throughput Example = new(
        [
            new ThroughputDay(
                new DateOnly(2026, 1, 31),
                OrderStatuses.All.ToDictionary(entered => entered, entered => 8 - (int)entered / 2)),
        ],
        OrderStatuses.Active.ToDictionary(left => left, _ => new TimeInStatus(5, 5400.125m, 14_400.5m)));

    public static void MapStatistics(this IEndpointRouteBuilder api) =>
        api.MapRead("/stats/throughput", GetThroughputAsync)
            .WithTags("Statistics")
            .WithName("getThroughput")
            .WithSummary("Read how orders flow through the factory")
            .WithDescription(
                "Per day how many orders entered each status, and per status the median and the 90th percentile of "
                    + "the time spent in it. Days are in UTC.")
            .Produces<Throughput>()
            .WithExample(Example)
            .WithResponseHeaders(CacheStatusHeader.Name)
            .WithQuery(new QueryParameter("days", "How many days, today included.")
            {
                Type = "integer",
                Minimum = 1,
                Maximum = GetThroughput.MaxDays,
                Default = "30",
                Example = "30",
            })
            .Costs(4)
            .ForRoles(Role.Operator, Role.Service);

    private static Task<HttpResult> GetThroughputAsync(HttpContext http, TimeProvider clock) => http.SendAsync(
        query => new GetThroughput(
            query.Integer("days", DefaultDays),
            DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)),
        JsonResults.Fresh);
}
