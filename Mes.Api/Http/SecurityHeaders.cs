namespace Mes.Api.Http;

/// <summary>What every answer tells a browser that has got hold of it.</summary>
internal static class SecurityHeaders
{
    /// <summary>Nobody shows an answer within a page of his own, and it loads nothing.</summary>
    private const string NothingAndNowhere = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Sets them; a page with needs of its own (<c>/docs</c>) puts its policy in the place of this one.</summary>
    public static void Write(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = NothingAndNowhere;
    }
}
