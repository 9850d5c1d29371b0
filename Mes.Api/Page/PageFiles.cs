using System.Security.Cryptography;
using Mes.Api.Http;
using Microsoft.Net.Http.Headers;

namespace Mes.Api.Page;

/// <summary>
/// The board's page: the files of <c>wwwroot/</c>, which stand beside the program, wherever it is run from. They are
/// read once, and have the same entity tags on every instance. A browser asks each time, and gets a file only when it
/// has changed, so a page never mixes the files of two versions for longer than it takes to load.
/// </summary>
internal static class PageFiles
{
    private const string Index = "index.html";

    /// <summary>
    /// Nothing but this service's own files and calls, and no script or style within the page. What would make a script
    /// of a text is refused, except to the library that draws the page, which makes none of what users typed.
    /// </summary>
    private const string OnlyOwnFiles =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types lit-html";

    /// <summary>A file with another ending is not of the page.</summary>
    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".txt"] = "text/plain; charset=utf-8",
        [""] = "text/plain; charset=utf-8", // LICENSE
    };

    public static void MapPage(this IEndpointRouteBuilder app)
    {
        var root = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (!Directory.Exists(root))
        {
            throw new DirectoryNotFoundException($"The files of the board's page are not there: {root}");
        }

        foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            if (MediaTypes.TryGetValue(Path.GetExtension(path), out var mediaType))
            {
                var name = Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');
                Map(app, name == Index ? string.Empty : name, File.ReadAllBytes(path), mediaType);
            }
        }
    }

    private static void Map(IEndpointRouteBuilder app, string name, byte[] content, string mediaType)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));
        var tag = new EntityTagHeaderValue($"\"{hash}\"");
        app.MapRead($"/{name}", (HttpContext http) =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = OnlyOwnFiles;
            headers.CacheControl = "no-cache";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Referrer-Policy"] = "no-referrer";
            return TypedResults.File(content, mediaType, entityTag: tag);
        }).ExcludeFromDescription().ForAnybody();
    }
}
