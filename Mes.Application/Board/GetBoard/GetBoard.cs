using Mes.Application.Messaging;

namespace Mes.Application.Board.GetBoard;

/// <summary>The whole board: how many orders are in each active status, and the first of each.</summary>
/// <param name="Limit">Orders per status.</param>
public sealed record GetBoard(int Limit) : IIndexQuery<BoardView>;
