using Mes.Api.Http;
using Mes.Infrastructure;

namespace Mes.Api.Health;

/// <summary>For whoever runs the service: is the process alive, and can it serve.</summary>
internal static class HealthEndpoints
{
    private static readonly Dictionary<string, string> NothingAway = [];

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health").ForAnybody();

        health.MapGet("/live", () => TypedResults.Json(new HealthReport("alive", null, NothingAway, [])))
            .WithName("getLiveness").WithSummary("Is the process alive")
            .Produces<HealthReport>();

        health.MapGet("/ready", Ready)
            .WithName("getReadiness").WithSummary("Can the service serve")
            .WithDescription("503 until it can. Later it stays 200 and says what is away, since readers are served all the same.")
            .Produces<HealthReport>().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Ready(ServiceState state)
    {
        if (state.WaitingFor is { } missing)
        {
            return TypedResults.Json(new HealthReport("starting", missing, NothingAway, []), statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        var degraded = state.Degraded;
        return TypedResults.Json(new HealthReport(degraded.Count == 0 ? "ready" : "degraded", null, degraded, state.Warnings));
    }
}
