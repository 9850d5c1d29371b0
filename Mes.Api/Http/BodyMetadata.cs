namespace Mes.Api.Http;

/// <summary>What an endpoint takes as its body; for the API's description.</summary>
/// <param name="IsRequired">False where no body is as good as an empty object.</param>
/// <remarks>
/// Not the framework's <c>IAcceptsMetadata</c>: on that, routing itself turns other media types away, before anybody has asked
/// who is calling.
/// </remarks>
internal sealed record BodyMetadata(Type Type, bool IsRequired);
