namespace Mes.Application.Snapshots;

/// <summary>The times that a list of orders can be sorted by.</summary>
public enum OrderSortTime
{
    /// <summary>The time of the last change.</summary>
    UpdatedAt,
    CreatedAt,
}
