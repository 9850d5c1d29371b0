using System.Globalization;
using System.Reflection;
using Mes.Api.Http;
using Mes.Application.Operations;
using Mes.Domain.Callers;
using HttpResult = Microsoft.AspNetCore.Http.IResult;

namespace Mes.Api.Duty;

/// <summary>The state of the service, for whoever is on duty.</summary>
internal static class SystemEndpoint
{
    private const string Ok = "ok";
    private const string Degraded = "degraded";
    private const string Off = "off";

    private static readonly string Version =
        typeof(SystemEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;

    private static readonly string Instance =
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}");

    public static void MapSystem(this IEndpointRouteBuilder api) =>
        api.MapRead("/system", Get).WithTags("Board").WithName("getSystem").WithSummary("Read the state of the service")
            .WithDescription("Of the instance that answers. What is read from the database is some seconds old.")
            .Produces<SystemDocument>()
            .WithExample(new SystemDocument(
                "mes-7d9f:1",
                "1.0.0",
                new DateTimeOffset(2026, 1, 31, 8, 5, 9, 40, TimeSpan.Zero),
                new SystemDocument.CacheState(Ok, 0.98, 0.7),
                new SystemDocument.LicenceState(120, 0, false),
                new SystemDocument.OutboxState(0, 0),
                new SystemDocument.EventsState(0),
                new SystemDocument.DependencyState(Ok, null),
                new SystemDocument.DependencyState(Degraded, "refuses changes: it is read-only")))
            .ForRoles(Role.Operator, Role.Service);

    private static HttpResult Get(HttpContext http, ISystemStatus status) => JsonResults.Fresh(http, new SystemDocument(
        Instance,
        Version,
        status.StartedAt,
        new SystemDocument.CacheState(
            status.IsCacheDisabled ? Off : StateOf(status.CacheTrouble), status.HitRatio, status.NearHitRatio),
        new SystemDocument.LicenceState(Milliseconds(status.LicenceAge), status.Overdue, status.IsOutage),
        new SystemDocument.OutboxState(status.Outbox.Rows, (long)status.Outbox.Oldest.TotalMilliseconds),
        new SystemDocument.EventsState((long)status.OldestEvent.TotalMilliseconds),
        new SystemDocument.DependencyState(
            status.IsCacheDisabled ? Off : StateOf(status.RedisTrouble), status.RedisTrouble),
        new SystemDocument.DependencyState(StateOf(status.DatabaseTrouble), status.DatabaseTrouble)));

    private static string StateOf(string? trouble) => trouble is null ? Ok : Degraded;

    private static long? Milliseconds(TimeSpan? age) => age is { } time ? (long)time.TotalMilliseconds : null;
}
