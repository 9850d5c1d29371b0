namespace Mes.Application.Snapshots;

/// <summary>The order of a list; ties are broken by id in the same direction.</summary>
/// <param name="By">The time to sort by.</param>
/// <param name="Descending">Newest first.</param>
public sealed record OrderSort(OrderSortTime By, bool Descending)
{
    public static OrderSort Default { get; } = new(OrderSortTime.UpdatedAt, Descending: true);

    private static readonly Dictionary<string, OrderSort> ByName = new(StringComparer.Ordinal)
    {
        ["-updatedAt"] = Default,
        ["updatedAt"] = new(OrderSortTime.UpdatedAt, Descending: false),
        ["-createdAt"] = new(OrderSortTime.CreatedAt, Descending: true),
        ["createdAt"] = new(OrderSortTime.CreatedAt, Descending: false),
    };

    /// <summary>As callers write them.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The time that an order stands in the list by.</summary>
    internal DateTimeOffset TimeOf(OrderSnapshot order) =>
        By == OrderSortTime.UpdatedAt ? order.UpdatedAt : order.CreatedAt;

    /// <returns>Null when there is no such sort.</returns>
    public static OrderSort? Find(string name) => ByName.GetValueOrDefault(name);
}
