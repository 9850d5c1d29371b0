using Mes.Application.Snapshots;

namespace Mes.Application.Board;

/// <summary>A part of one column of the board, as of one moment.</summary>
/// <param name="Count">How many orders the whole column has.</param>
public sealed record ColumnCards(int Count, IReadOnlyList<OrderSnapshot> Orders);
