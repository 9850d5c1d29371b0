using Scalar.AspNetCore;

namespace Mes.Api.OpenApi;

/// <summary>The API's description (OpenAPI 3.1) and a page to read it.</summary>
internal static class OpenApiExtensions
{
    public static void AddMesOpenApi(this IServiceCollection services) => services.AddOpenApi("v1");

    public static void MapMesOpenApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs");
    }
}
