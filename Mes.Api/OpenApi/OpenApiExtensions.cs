using Mes.Api.Http;
using Scalar.AspNetCore;

namespace Mes.Api.OpenApi;

/// <summary>The API's description (OpenAPI 3.1) and a page to read it.</summary>
internal static class OpenApiExtensions
{
    private const string DocumentName = "v1";

    // The page needs nobody but the service, and tells nobody that it is read: what it is made of comes from the package, and the
    // browser is to ask no other host whatever a later version of it would like to.
    private const string OnlyFromHere = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:";

    /// <param name="withOperations">Health and metrics are where the rest of the API is.</param>
    public static void AddMesOpenApi(this IServiceCollection services, bool withOperations) => services.AddOpenApi(DocumentName, options => options
        .AddSchemaTransformer<SchemaTransformer>()
        .AddOperationTransformer<RoleTransformer>()
        .AddOperationTransformer<ParameterTransformer>()
        .AddOperationTransformer<RequestBodyTransformer>()
        .AddOperationTransformer<SuccessTransformer>()
        .AddOperationTransformer<ProblemTransformer>()
        .AddDocumentTransformer(new DocumentTransformer(withOperations)));

    public static void MapMesOpenApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi($"/openapi/{{documentName:regex(^{DocumentName}$)}}.json").ForReading();
        app.MapScalarApiReference("/docs", (options, http) =>
        {
            http.Response.Headers.ContentSecurityPolicy = OnlyFromHere;
            options
                .WithTitle(DocumentTransformer.Title)
                .AddDocument(DocumentName)
                .AddPreferredSecuritySchemes(Security.SchemeName)
                .WithDynamicBaseServerUrl()
                .PreserveSchemaPropertyOrder()
                .DisableDefaultFonts()
                .DisableTelemetry()
                .DisableAgent()
                .DisableMcp()
                .HideDeveloperTools()
                .HideClientButton();
        }).ForReading();
    }
}
