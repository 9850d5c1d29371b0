namespace Mes.Application.Caching;

/// <summary>The stamps that a query's tags had before its database query, in the order of the tags.</summary>
public sealed record TagStamps(IReadOnlyList<string> Values);
