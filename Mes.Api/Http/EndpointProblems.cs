namespace Mes.Api.Http;

/// <summary>
/// The problems specific to an endpoint, by their names in <see cref="ProblemCatalog"/>; for the API's description.
/// Those that follow from its roles, body, path or transition are not listed.
/// </summary>
internal sealed record EndpointProblems(IReadOnlyList<string> Names);
