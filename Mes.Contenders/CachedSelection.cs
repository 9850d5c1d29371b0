using System.ComponentModel;
using System.Text.Json.Serialization;
using Mes.Application.Snapshots;

namespace Mes.Contenders;

/// <summary>What the contenders cache of a board or a list.</summary>
[ImmutableObject(true)]
internal sealed record CachedSelection(int[] Totals, CachedOrder[] Orders)
{
    private SelectedOrders? _selected;

    /// <summary>Made once for each instance, together with all that is derived from it.</summary>
    [JsonIgnore]
    public SelectedOrders Selected => _selected ??= new(Totals, [.. Orders.Select(order => order.Snapshot)]);

    public static CachedSelection From(SelectedOrders selected) =>
        new([.. selected.Totals], [.. selected.Orders.Select(CachedOrder.From)]) { _selected = selected };
}
