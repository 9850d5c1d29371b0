namespace Mes.Api.Http;

/// <summary>
/// The problems that are an endpoint's own, by their names in <see cref="ProblemCatalog"/>; for the API's description. Those that come
/// with having callers, a body, an id in the path or a transition need not be listed.
/// </summary>
internal sealed record EndpointProblems(IReadOnlyList<string> Names);
