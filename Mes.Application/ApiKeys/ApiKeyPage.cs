namespace Mes.Application.ApiKeys;

/// <summary>A page of keys.</summary>
/// <param name="Items">The keys of this page, newest first.</param>
/// <param name="Next">The <c>cursor</c> of the next page; null on the last.</param>
public sealed record ApiKeyPage(IReadOnlyList<ApiKeyDocument> Items, string? Next);
