namespace Mes.Api.Http;

/// <summary>What a request says who it is by: an API key, or the session of a browser.</summary>
/// <param name="Text">The key, or the session's token.</param>
/// <param name="IsSession">Whether it is a session's token.</param>
internal readonly record struct Credential(ReadOnlyMemory<char> Text, bool IsSession)
{
    /// <returns>
    /// Null if there is none. A request with an <c>Authorization</c> header is judged by that alone.
    /// </returns>
    public static Credential? Of(HttpRequest request) =>
        request.Headers.Authorization.Count > 0
            ? BearerKey.Of(request) is { } key ? new Credential(key, IsSession: false) : null
            : SessionCookie.Of(request) is { } token ? new Credential(token.AsMemory(), IsSession: true) : null;
}
