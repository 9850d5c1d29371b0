namespace Mes.Api.Http;

/// <summary>The cookie in which a browser keeps the token of its session.</summary>
internal static class SessionCookie
{
    /// <summary>
    /// Over https under a name that a browser accepts only for the whole host and over https, so that no neighbour
    /// under the same domain can plant one (RFC 6265bis, section 4.1.3.2).
    /// </summary>
    private const string Secure = "__Host-mes-session";
    private const string Plain = "mes-session";

    /// <returns>The token; null if the request has no such cookie.</returns>
    public static string? Of(HttpRequest request) => request.Headers.Cookie.Count == 0
        ? null
        : request.Cookies[NameFor(request)];

    public static void Set(HttpContext http, string token, TimeSpan lifetime) =>
        http.Response.Cookies.Append(NameFor(http.Request), token, Options(http.Request, lifetime));

    public static void Remove(HttpContext http) =>
        http.Response.Cookies.Append(NameFor(http.Request), string.Empty, Options(http.Request, TimeSpan.Zero));

    private static string NameFor(HttpRequest request) => request.IsHttps ? Secure : Plain;

    private static CookieOptions Options(HttpRequest request, TimeSpan lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        Path = "/",
        MaxAge = lifetime,
    };
}
