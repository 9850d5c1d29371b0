using Mes.Infrastructure;

namespace Mes.Api.Health;

/// <summary>For whoever runs the service: is the process alive, and can it serve.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").WithTags("Health");

        health.MapGet("/live", () => TypedResults.Json(new HealthReport("alive", null, new Dictionary<string, string>())))
            .WithName("getLiveness").WithSummary("Is the process alive")
            .Produces<HealthReport>();

        health.MapGet("/ready", (ServiceState state) => state.WaitingFor is { } missing
                ? TypedResults.Json(new HealthReport("starting", missing, new Dictionary<string, string>()), statusCode: StatusCodes.Status503ServiceUnavailable)
                : TypedResults.Json(state.Degraded is { Count: > 0 } degraded
                    ? new HealthReport("degraded", null, degraded)
                    : new HealthReport("ready", null, new Dictionary<string, string>())))
            .WithName("getReadiness").WithSummary("Can the service serve")
            .WithDescription("503 until it can. Later it stays 200 and says what is away, since readers are served all the same.")
            .Produces<HealthReport>().Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }
}
