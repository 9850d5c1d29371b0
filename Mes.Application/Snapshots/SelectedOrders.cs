namespace Mes.Application.Snapshots;

/// <summary>The orders of an <see cref="OrderSelection"/>, in one snapshot. Many requests may share one.</summary>
public sealed class SelectedOrders(IReadOnlyList<int> totals, IReadOnlyList<OrderSnapshot> orders)
{
    private object? _shared;

    /// <summary>
    /// How many orders there are in all: for a board in each active status, for a column in its status. A list has no
    /// totals to rely on.
    /// </summary>
    public IReadOnlyList<int> Totals { get; } = totals;

    /// <summary>In the order that the selection asks for; a board's by status first.</summary>
    public IReadOnlyList<OrderSnapshot> Orders { get; } = orders;

    /// <summary>The part of the answer that depends on these orders alone, made at the first request.</summary>
    /// <param name="make">
    /// Depends on the selection, and on nothing else of a query: another caller with the same selection gets what was
    /// made for the first.
    /// </param>
    internal SharedPart<T> Share<T>(Func<SelectedOrders, T> make)
        where T : class =>
        (SharedPart<T>)(_shared
            ?? Interlocked.CompareExchange(ref _shared, new SharedPart<T>(make(this)), null)
            ?? _shared);
}
