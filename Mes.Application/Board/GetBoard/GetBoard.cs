using Mes.Application.Messaging;

namespace Mes.Application.Board.GetBoard;

/// <summary>The whole board: how many orders are in each active status, and the first cards of each.</summary>
/// <param name="Limit">Cards per status.</param>
public sealed record GetBoard(int Limit) : IQuery<BoardView>;
