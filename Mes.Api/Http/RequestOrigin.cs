using Microsoft.Net.Http.Headers;

namespace Mes.Api.Http;

/// <summary>
/// Whether a request comes from a page of this service. A browser adds its cookie also to requests that other pages
/// make, but says where they come from.
/// </summary>
internal static class RequestOrigin
{
    private const string SecFetchSite = "Sec-Fetch-Site";

    /// <returns>Null if the request does not say where it comes from.</returns>
    public static bool? IsOwn(HttpRequest request)
    {
        if (request.Headers.TryGetValue(SecFetchSite, out var site))
        {
            return site == "same-origin";
        }

        if (!request.Headers.TryGetValue(HeaderNames.Origin, out var origin))
        {
            return null;
        }

        // The scheme may be another one behind a proxy. It says which port is meant where none is named.
        return Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && Uri.TryCreate($"{from.Scheme}://{request.Host}", UriKind.Absolute, out var own)
            && from.Authority == own.Authority;
    }
}
