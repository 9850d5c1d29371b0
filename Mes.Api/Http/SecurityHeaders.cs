namespace Mes.Api.Http;

/// <summary>The headers of every response that tell a browser how to treat it.</summary>
internal static class SecurityHeaders
{
    /// <summary>No page may frame a response, and a response loads nothing.</summary>
    private const string NothingAndNowhere = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Sets the headers; a page that needs another policy (<c>/docs</c>) overwrites this one.</summary>
    public static void Write(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = NothingAndNowhere;
    }
}
