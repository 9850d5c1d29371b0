using Mes.Application.Messaging;
using Mes.Application.Snapshots;
using Mes.Domain.Callers;
using Mes.Domain.Orders;

namespace Mes.Application.Board.GetBoardColumn;

/// <summary>A page of one column of the board.</summary>
/// <param name="Status">An active one.</param>
/// <param name="Filter">Null for the whole column.</param>
public sealed record GetBoardColumn(
    Caller Caller, OrderStatus Status, BoardSort Sort, int Limit, string? Cursor, BoardFilter? Filter = null)
    : IIndexQuery<BoardColumnPage>
{
    /// <summary>What a cursor of this column is bound to.</summary>
    internal string CursorScope =>
        $"board\n{Caller}\n{Status.Name()}\n{Sort}" + (Filter is null ? "" : $"\n{Filter.Scope}");
}
