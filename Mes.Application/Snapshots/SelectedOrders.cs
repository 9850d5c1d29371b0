namespace Mes.Application.Snapshots;

/// <summary>The orders of an <see cref="OrderSelection"/>, in one snapshot. Many requests may share one.</summary>
public sealed class SelectedOrders(IReadOnlyList<int> totals, IReadOnlyList<OrderSnapshot> orders)
{
    private object? _derived;

    /// <summary>
    /// How many orders there are in all: for a board in each active status, for a column in its status. A list has no
    /// totals to rely on.
    /// </summary>
    public IReadOnlyList<int> Totals { get; } = totals;

    /// <summary>In the order that the selection asks for; a board's by status first.</summary>
    public IReadOnlyList<OrderSnapshot> Orders { get; } = orders;

    /// <summary>
    /// What can be derived from these orders alone. It is kept with them, so that requests share it too.
    /// </summary>
    /// <param name="derive">Always the same function.</param>
    internal T Derive<T>(Func<SelectedOrders, T> derive)
        where T : class =>
        (T)(_derived ??= derive(this));
}
