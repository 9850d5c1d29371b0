using Microsoft.OpenApi;

namespace Mes.Api.OpenApi;

/// <summary>How callers authenticate.</summary>
internal static class Security
{
    public const string SchemeName = "apiKey";

    public static OpenApiSecurityScheme Scheme => new()
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        BearerFormat = "mes_live_<keyId>_<secret>",
        Description =
            "An API key. It identifies a role (seller, operator, service or admin) and one holder of that role.",
    };
}
