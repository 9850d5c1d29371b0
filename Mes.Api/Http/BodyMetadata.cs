namespace Mes.Api.Http;

/// <summary>The body that an endpoint reads; for the API's description.</summary>
/// <param name="IsRequired">False where no body means the same as an empty object.</param>
/// <remarks>
/// Not the framework's <c>IAcceptsMetadata</c>, because routing would then reject other media types before
/// authentication.
/// </remarks>
internal sealed record BodyMetadata(Type Type, bool IsRequired);
