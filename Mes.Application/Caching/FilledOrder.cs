using Mes.Application.Snapshots;
using Mes.Domain.Results;

namespace Mes.Application.Caching;

/// <summary>An order that the cache did not have, or could not be used for.</summary>
/// <param name="Order">As read from the database.</param>
/// <param name="IsStored">Whether it is in the cache now.</param>
public readonly record struct FilledOrder(Result<OrderSnapshot> Order, bool IsStored);
