using Mes.Domain.Callers;

namespace Mes.Api.Http;

internal static class EndpointExtensions
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>GET, and HEAD with it (RFC 9110, section 9.1).</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder endpoints, string pattern, Delegate handler) =>
        endpoints.MapMethods(pattern, ReadMethods, handler);

    /// <summary>Says who may call the endpoint. Without it the endpoint has no caller.</summary>
    public static TBuilder ForRoles<TBuilder>(this TBuilder builder, params IReadOnlyList<Role> roles)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRoles(roles));

    /// <summary>Says which query parameters the endpoint knows.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder builder, params QueryParameter[] parameters) =>
        builder.WithMetadata([.. parameters]);
}
