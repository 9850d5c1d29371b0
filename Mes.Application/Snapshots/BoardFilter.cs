namespace Mes.Application.Snapshots;

/// <summary>Which orders of a column are shown: those to which all that is said here applies.</summary>
/// <param name="OperatorId">Those that this operator has claimed.</param>
/// <param name="SellerId">Those of this seller.</param>
/// <param name="IsOverdue">Those whose due date has passed, or those whose has not.</param>
/// <param name="Text">Those with this text in their external id or id, in capitals or not.</param>
public sealed record BoardFilter(string? OperatorId, string? SellerId, bool? IsOverdue, string? Text)
{
    public const int OperatorIdLength = 64;
    public const int TextLength = 64;

    /// <returns>Null if it would leave everything.</returns>
    public static BoardFilter? Of(string? operatorId, string? sellerId, bool? isOverdue, string? text) =>
        (operatorId, sellerId, isOverdue, text) is (null, null, null, null)
            ? null
            : new BoardFilter(operatorId, sellerId, isOverdue, text);

    /// <summary>The same text for the same filter: a cursor is bound to it.</summary>
    internal string Scope => string.Join('\n', OperatorId, SellerId, IsOverdue, Text);
}
