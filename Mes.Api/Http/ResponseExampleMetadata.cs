namespace Mes.Api.Http;

/// <summary>An answer of the endpoint when it succeeds; for the API's description.</summary>
internal sealed record ResponseExampleMetadata(object Value);
