namespace Mes.Api.Http;

/// <summary>The headers of an endpoint's answers when it succeeds, beside those that all have; for the API's description.</summary>
internal sealed record ResponseHeaderMetadata(IReadOnlyList<string> Names);
