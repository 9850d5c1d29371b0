namespace Mes.Application.Paging;

/// <summary>How many items a page may have.</summary>
public static class PageLimits
{
    public const int Min = 1;
    public const int Max = 100;
    public const int ListDefault = 50;
    public const int BoardDefault = 20;

    /// <summary>
    /// For a history that is requested without a limit: more changes than any order that people work on has.
    /// </summary>
    public const int HistoryDefault = 1_000;

    internal const string Message = "must be between 1 and 100";
}
