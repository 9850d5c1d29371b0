using Mes.Application.Snapshots;
using Mes.Domain.Results;

namespace Mes.Application.Caching;

/// <summary>An order that the cache did not have, or could not be used for.</summary>
/// <param name="Order">As read from the database.</param>
/// <param name="Put">The result of putting it into the cache; null if it was not put.</param>
public readonly record struct FilledOrder(Result<OrderSnapshot> Order, PutResult? Put);
