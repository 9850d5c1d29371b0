namespace Mes.Application.Board.GetBoardColumn;

/// <summary>The order of a column's cards.</summary>
public enum BoardSort
{
    /// <summary>Longest in this status first.</summary>
    Oldest,
    Newest,
}
