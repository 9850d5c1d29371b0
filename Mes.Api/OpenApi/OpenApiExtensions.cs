using System.Security.Cryptography;
using Mes.Api.Http;
using Scalar.AspNetCore;

namespace Mes.Api.OpenApi;

/// <summary>The API's description (OpenAPI 3.1) and a page to read it.</summary>
internal static class OpenApiExtensions
{
    private const string DocumentName = "v1";

    /// <summary>128 bits. Of digits that nothing escapes, so that every answer is as long as the one before.</summary>
    private const int NonceDigits = 32;

    /// <param name="withOperations">Health and metrics are where the rest of the API is.</param>
    public static void AddMesOpenApi(this IServiceCollection services, bool withOperations) => services.AddOpenApi(DocumentName, options => options
        .AddSchemaTransformer<SchemaTransformer>()
        .AddOperationTransformer<RoleTransformer>()
        .AddOperationTransformer<ParameterTransformer>()
        .AddOperationTransformer<RequestBodyTransformer>()
        .AddOperationTransformer<SuccessTransformer>()
        .AddOperationTransformer<ProblemResponseTransformer>()
        .AddDocumentTransformer(new DocumentTransformer(withOperations)));

    /// <summary>
    /// The page needs nobody but the service, and tells nobody that it is read: what it is made of comes from the package, and the
    /// browser is to ask no other host whatever a later version of it would like to, nor run a script that somebody has put into the
    /// description. The page's own script is the one with the nonce. Its styles it writes while it runs.
    /// </summary>
    private static string OnlyFromHere(string nonce) =>
        $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        + "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapMesOpenApi(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi($"/openapi/{{documentName:regex(^{DocumentName}$)}}.json").ForReading().ForAnybody();
        app.MapScalarApiReference("/docs", (options, http) =>
        {
            var nonce = RandomNumberGenerator.GetHexString(NonceDigits, lowercase: true);
            http.Response.Headers.ContentSecurityPolicy = OnlyFromHere(nonce);
            options
                .WithNonce(nonce)
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
        }).ForReading().ForAnybody();
    }
}
