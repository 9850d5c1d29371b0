using Mes.Domain.Callers;

namespace Mes.Api.Http;

internal static class EndpointExtensions
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>GET, and HEAD with it (RFC 9110, section 9.1).</summary>
    public static RouteHandlerBuilder MapRead(this IEndpointRouteBuilder endpoints, string pattern, Delegate handler) =>
        endpoints.MapMethods(pattern, ReadMethods, handler);

    /// <summary>The same for what a library maps, be it for GET alone or for every method.</summary>
    public static TBuilder ForReading<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Finally(endpoint =>
        {
            foreach (var methods in endpoint.Metadata.OfType<IHttpMethodMetadata>().ToArray())
            {
                endpoint.Metadata.Remove(methods);
            }

            endpoint.Metadata.Add(new HttpMethodMetadata(ReadMethods));
        });
        return builder;
    }

    /// <summary>
    /// Says who may call the endpoint. One that says neither this nor <see cref="ForAnybody{TBuilder}"/> is closed.
    /// </summary>
    public static TBuilder ForRoles<TBuilder>(this TBuilder builder, params IReadOnlyList<Role> roles)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredRoles(roles));

    /// <summary>Says that the endpoint asks for no key. It then has no caller.</summary>
    public static TBuilder ForAnybody<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(OpenToAll.Instance);

    /// <summary>Says what a request for many things costs of its caller's share.</summary>
    public static RouteHandlerBuilder Costs(
        this RouteHandlerBuilder builder, int always, int ofFullPage = 0, bool mayWait = false) =>
        builder.WithMetadata(new RequestCost(always, ofFullPage, mayWait));

    /// <summary>
    /// Says that no answer of the endpoint may be stored; it makes them by <c>JsonResults.NotStored</c>.
    /// </summary>
    public static TBuilder IsNotStored<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(NotStored.Instance);

    /// <summary>Says which headers the endpoint's answers have when it succeeds, beside <c>Cache-Control</c>.</summary>
    public static RouteHandlerBuilder WithResponseHeaders(
        this RouteHandlerBuilder builder, params IReadOnlyList<string> names) =>
        builder.WithMetadata(new ResponseHeaderMetadata(names));

    /// <summary>Gives an example of the endpoint's answer when it succeeds.</summary>
    public static RouteHandlerBuilder WithExample<T>(this RouteHandlerBuilder builder, T answer)
        where T : notnull =>
        builder.WithMetadata(new ResponseExampleMetadata(answer));

    /// <summary>Says which problems are the endpoint's own.</summary>
    public static RouteHandlerBuilder WithProblems(
        this RouteHandlerBuilder builder, params IReadOnlyList<string> names) =>
        builder.WithMetadata(new EndpointProblems(names));

    /// <summary>Says which query parameters the endpoint knows.</summary>
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder builder, params QueryParameter[] parameters) =>
        builder.WithMetadata([.. parameters]);
}
