namespace Mes.Api.Http;

/// <summary>
/// A body that changes what it has and leaves the rest (RFC 7396): no property is required, and it may be sent as
/// <c>application/merge-patch+json</c> too.
/// </summary>
internal interface IMergePatch
{
    const string MediaType = "application/merge-patch+json";
}
