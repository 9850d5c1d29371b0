namespace Mes.Application.Board.GetBoardColumn;

/// <summary>A page of one column.</summary>
/// <param name="Next">The cursor of the next page; null on the last.</param>
/// <param name="Count">How many cards the whole column has, in the same snapshot.</param>
public sealed record BoardColumnPage(IReadOnlyList<OrderCard> Items, string? Next, int Count);
