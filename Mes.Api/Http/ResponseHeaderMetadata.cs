namespace Mes.Api.Http;

/// <summary>
/// The headers of an endpoint's successful responses, besides those that every response has; for the API's description.
/// </summary>
internal sealed record ResponseHeaderMetadata(IReadOnlyList<string> Names);
