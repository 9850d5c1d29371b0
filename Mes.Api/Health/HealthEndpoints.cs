using Mes.Api.Hosting;
using Mes.Api.Http;
using Mes.Infrastructure.Startup;

namespace Mes.Api.Health;

/// <summary>For operators: is the process alive, and can it serve requests.</summary>
internal static class HealthEndpoints
{
    private static readonly Dictionary<string, string> NothingAway = [];

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").ForAnybody();

        health.MapRead("/live", () => TypedResults.Json(new HealthReport("alive", null, NothingAway, [])))
            .WithName("getLiveness").WithSummary("Is the process alive")
            .WithDescription("200 as long as the process answers, whatever else is unavailable.")
            .Produces<HealthReport>();

        health.MapRead("/ready", Ready)
            .WithName("getReadiness").WithSummary("Can the service serve")
            .WithDescription(
                "503 until it can, and again once the service is told to stop. In between it stays 200, since "
                    + "reads are still answered, and names what is unavailable.")
            .Produces<HealthReport>().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Ready(ServiceState state, Draining draining)
    {
        if (draining.HasBegun)
        {
            return TypedResults.Json(new HealthReport("stopping", null, NothingAway, []),
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        if (state.WaitingFor is { } missing)
        {
            return TypedResults.Json(new HealthReport("starting", missing, NothingAway, []),
                statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var degraded = state.Degraded;
        return TypedResults.Json(
            new HealthReport(degraded.Count == 0 ? "ready" : "degraded", null, degraded, state.Warnings));
    }
}
