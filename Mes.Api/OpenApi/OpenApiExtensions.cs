using System.Security.Cryptography;
using Mes.Api.Http;
using Scalar.AspNetCore;

namespace Mes.Api.OpenApi;

/// <summary>The API's description (OpenAPI 3.1) and a page that shows it.</summary>
internal static class OpenApiExtensions
{
    private const string DocumentName = "v1";

    /// <summary>128 bits, as digits that need no escaping, so that every response has the same length.</summary>
    private const int NonceDigits = 32;

    /// <param name="withOperations">Whether health and metrics are on the same port as the API.</param>
    public static void AddMesOpenApi(this IServiceCollection services, bool withOperations) =>
        services.AddOpenApi(DocumentName, options => options
        .AddSchemaTransformer<SchemaTransformer>()
        .AddOperationTransformer<RoleTransformer>()
        .AddOperationTransformer<ParameterTransformer>()
        .AddOperationTransformer<RequestBodyTransformer>()
        .AddOperationTransformer<SuccessTransformer>()
        .AddOperationTransformer<ProblemResponseTransformer>()
        .AddDocumentTransformer(new DocumentTransformer(withOperations)));

    /// <summary>
    /// The page needs no other host: all its parts come from the package. The policy keeps a later version of the
    /// package from contacting another host, and keeps injected scripts in the description from running. The nonce
    /// marks the page's own script. The script writes its styles at run time, so inline styles are allowed.
    /// </summary>
    private static string OnlyFromHere(string nonce) =>
        $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob:; font-src 'self' data:; "
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
