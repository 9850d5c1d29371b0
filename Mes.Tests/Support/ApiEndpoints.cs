using Mes.Api;
using Mes.Api.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Mes.Tests.Support;

/// <summary>
/// The endpoints of the API as the service maps them, and, from the specification, the roles that may call each.
/// </summary>
internal static class ApiEndpoints
{
    private const string Prefix = "/api/v1/";

    private static readonly string[] Readers = ["seller", "operator", "service"];

    private static readonly string[] Holders = ["admin", "seller"];

    private static readonly Lazy<IReadOnlyList<RouteEndpoint>> LazyRoutes = new(FindRoutes);

    /// <summary>
    /// The roles that may call each endpoint. This repeats the specification, so that an endpoint which is opened by
    /// mistake is caught. The roles for changes are in <see cref="Lifecycle"/>.
    /// </summary>
    public static IReadOnlyList<ApiEndpoint> Table { get; } =
    [
        new("POST", "orders", ["seller"]),
        new("GET", "orders", Readers),
        new("POST", "order-status-queries", Readers),
        new("GET", "orders/{id}", Readers),
        new("GET", "orders/{id}/status", Readers),
        new("GET", "orders/{id}/history", Readers),
        .. Lifecycle.Steps.Select(step => new ApiEndpoint("POST", $"orders/{{id}}/{step.Action}", step.Roles)),
        new("GET", "keys", Holders),
        new("GET", "keys/{keyId}", Holders),
        new("POST", "keys", ["admin"]),
        new("POST", "keys/{keyId}/rotation", Holders),
        new("DELETE", "keys/{keyId}", Holders),
        new("POST", "webhooks", ["seller"]),
        new("GET", "webhooks", ["seller", "admin"]),
        new("GET", "webhooks/{webhookId}", ["seller"]),
        new("PATCH", "webhooks/{webhookId}", ["seller", "admin"]),
        new("DELETE", "webhooks/{webhookId}", ["seller"]),
        new("POST", "webhooks/{webhookId}/secret-rotation", ["seller"]),
        new("POST", "webhooks/{webhookId}/test", ["seller"]),
        new("GET", "webhooks/{webhookId}/deliveries", ["seller"]),
        new("POST", "webhooks/{webhookId}/deliveries/{eventId}/replay", ["seller"]),
        new("POST", "webhooks/{webhookId}/deliveries/replay", ["seller"]),
        new("GET", "board", ["operator", "service"]),
        new("GET", "board/{status}", ["operator", "service"]),
        new("GET", "events", Readers),
        new("GET", "stats/throughput", ["operator", "service"]),
    ];

    /// <summary>Every route of the service, including those outside the API. Uses no server.</summary>
    public static IReadOnlyList<RouteEndpoint> Routes => LazyRoutes.Value;

    /// <summary>The endpoints below <c>/api/v1/</c>, without HEAD, which comes with GET.</summary>
    public static IReadOnlyList<ApiEndpoint> Mapped =>
    [
        .. from route in Routes
           let path = "/" + route.RoutePattern.RawText!.Trim('/')
           where path.StartsWith(Prefix, StringComparison.Ordinal)
           from method in route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
           where method != "HEAD"
           select new ApiEndpoint(method, path[Prefix.Length..], RolesOf(route))
           {
               Body = route.Metadata.GetMetadata<BodyMetadata>()?.Type,
               Parameters = route.Metadata.GetOrderedMetadata<QueryParameter>(),
           },
    ];

    /// <summary>The endpoints that answer GET.</summary>
    public static IReadOnlyList<ApiEndpoint> Reads => [.. Mapped.Where(endpoint => endpoint.Method == "GET")];

    /// <summary>The changes of an order whose body has this type.</summary>
    public static IReadOnlyList<ApiEndpoint> ChangesWith<TBody>() =>
        [.. Mapped.Where(endpoint => endpoint.IsChange && endpoint.Body == typeof(TBody))];

    /// <summary>The paths that the service maps, each with its methods.</summary>
    public static ILookup<string, string> MethodsByPath =>
        Mapped.SelectMany(endpoint => endpoint.Method == "GET"
                ? new[] { (endpoint.Path, "GET"), (endpoint.Path, "HEAD") }
                : [(endpoint.Path, endpoint.Method)])
            .ToLookup(pair => pair.Item1, pair => pair.Item2);

    /// <returns>What to do about each difference between the service and the table; empty if they agree.</returns>
    public static IReadOnlyList<string> Differences(
        IReadOnlyList<ApiEndpoint> mapped, IReadOnlyList<ApiEndpoint> table) =>
    [
        .. from endpoint in mapped
           let known = table.SingleOrDefault(row => row.ToString() == endpoint.ToString())
           where known is null || !known.Roles.SequenceEqual(endpoint.Roles)
           let roles = string.Join(", ", endpoint.Roles.Select(role => $"\"{role}\""))
           let row = $"new(\"{endpoint.Method}\", \"{endpoint.Path}\", [{roles}]),"
           select (known, endpoint.IsChange) switch
           {
               (null, true) => $"{endpoint} is new: add its step to Mes.Tests/Support/Lifecycle.cs",
               (null, false) =>
                   $"{endpoint} is new: add to Table in Mes.Tests/Support/ApiEndpoints.cs, if these roles may call it: {row}",
               _ => $"{endpoint} is for {string.Join(", ", endpoint.Roles)}, "
                   + $"but for {string.Join(", ", known.Roles)} in Mes.Tests/Support: correct the wrong one",
           },
        .. from row in table
           where !mapped.Any(endpoint => endpoint.ToString() == row.ToString())
           select $"{row} is in the tables of Mes.Tests/Support, but is not mapped: map it, or remove the row",
    ];

    private static string[] RolesOf(RouteEndpoint route) =>
        [.. route.Metadata.GetMetadata<RequiredRoles>()?.Roles.Select(role => role.ToString().ToLowerInvariant())
            ?? []];

    private static IReadOnlyList<RouteEndpoint> FindRoutes()
    {
        using var app = MesApplication.Build(
            ["--environment=Production", "--ConnectionStrings:Postgres=Host=db", "--Mes:Cache:Enabled=false"],
            builder => builder.Logging.ClearProviders());
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()];
    }
}
