namespace Mes.Api.Http;

/// <summary>
/// URI references (RFC 3986) in answers. What leads somewhere is relative to what was asked for: a proxy may have taken a prefix off the
/// path, and its caller resolves the reference with the prefix still on.
/// </summary>
internal static class References
{
    /// <summary>The path that was asked for, percent-encoded; never empty.</summary>
    public static string Of(HttpRequest request)
    {
        var path = request.Path.ToUriComponent();
        return path switch
        {
            // As in `OPTIONS *`.
            "" => "/",
            // Else what follows would be read as a host (RFC 3986, section 4.2).
            ['/', '/', ..] => "/." + path,
            _ => path,
        };
    }

    /// <summary>What leads from the request to another path of this service.</summary>
    /// <param name="path">From the service's root, with a slash in front, percent-encoded.</param>
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
