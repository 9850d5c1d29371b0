namespace Mes.Api.Http;

/// <summary>The API key that a request carries (RFC 6750).</summary>
internal static class BearerKey
{
    private const string Scheme = "Bearer ";

    /// <returns>Null if the request has none, or several.</returns>
    public static ReadOnlyMemory<char>? Of(HttpRequest request)
    {
        var authorization = request.Headers.Authorization;
        return authorization.Count == 1
            && authorization[0] is { } header
            && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header.AsMemory(Scheme.Length).Trim()
            : default(ReadOnlyMemory<char>?);
    }
}
