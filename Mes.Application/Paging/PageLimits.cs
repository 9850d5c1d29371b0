namespace Mes.Application.Paging;

/// <summary>How many items a page may have.</summary>
public static class PageLimits
{
    public const int Min = 1;
    public const int Max = 100;
    public const int ListDefault = 50;
    public const int BoardDefault = 20;

    /// <summary>Of an order's history, to whoever names no limit: all there is of any order that people work on.</summary>
    public const int HistoryDefault = 1_000;

    internal const string Message = "must be between 1 and 100";
}
