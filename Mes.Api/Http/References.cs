namespace Mes.Api.Http;

/// <summary>
/// URI references (RFC 3986) in responses. Links are relative to the request's path: a proxy may have removed a prefix
/// from the path, and the caller resolves the link with the prefix.
/// </summary>
internal static class References
{
    /// <summary>The request's path, percent-encoded; never empty.</summary>
    public static string Of(HttpRequest request)
    {
        var path = request.Path.ToUriComponent();
        return path switch
        {
            // As in `OPTIONS *`.
            "" => "/",
            // Otherwise the next segment would be read as a host (RFC 3986, section 4.2).
            ['/', '/', ..] => "/." + path,
            _ => path,
        };
    }

    /// <summary>A relative reference from the request's path to another path of this service.</summary>
    /// <param name="path">Absolute within the service, percent-encoded.</param>
    public static string From(HttpRequest request, string path)
    {
        var from = request.Path.ToUriComponent();
        var folder = from[..(from.LastIndexOf('/') + 1)];
        var common = 0;
        for (var i = 0; i < folder.Length && i < path.Length && folder[i] == path[i]; i++)
        {
            if (path[i] == '/')
            {
                common = i + 1;
            }
        }

        var up = folder[common..].Count(c => c == '/');
        return string.Concat(Enumerable.Repeat("../", up)) + path[common..];
    }
}
