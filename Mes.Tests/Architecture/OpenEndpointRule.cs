using Mes.Api.Http;
using Microsoft.AspNetCore.Routing;

namespace Mes.Tests.Architecture;

/// <summary>Every endpoint declares its callers, except a few that are open to all.</summary>
internal static class OpenEndpointRule
{
    /// <summary>
    /// The endpoints that are open to all. Each addition to this list exposes an endpoint to callers without a key.
    /// </summary>
    private static readonly string[] Open =
    [
        "/", "/docs", "/openapi", "/health", "/metrics", "/api/v1/session", "/robots.txt", "/favicon.svg", "/scripts",
        "/styles", "/vendor",
    ];

    public static IReadOnlyList<string> Violations(IEnumerable<RouteEndpoint> endpoints) =>
    [
        .. from endpoint in endpoints
           let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
           let roles = endpoint.Metadata.GetMetadata<RequiredRoles>()
           let isOpen = endpoint.Metadata.GetMetadata<OpenToAll>() is not null
           let violation = (roles, isOpen) switch
           {
               (null, false) => "does not say who may call it: add .ForRoles(…), or .ForAnybody()",
               (not null, true) => "has both .ForRoles(…) and .ForAnybody(): keep one",
               ({ Roles.Count: 0 }, false) => "is for no role: name one in .ForRoles(…)",
               (null, true) when !IsListed(path) =>
                   "is open to everybody: use .ForRoles(…), or add a line to OpenEndpointRule",
               _ => null,
           }
           where violation is not null
           select $"{path} {violation}",
    ];

    private static bool IsListed(string path) =>
        Open.Any(open => path == open || (open != "/" && path.StartsWith(open + "/", StringComparison.Ordinal)));
}
