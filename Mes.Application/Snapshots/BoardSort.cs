namespace Mes.Application.Snapshots;

/// <summary>The order of a column's cards.</summary>
public enum BoardSort
{
    /// <summary>The longest in this status first.</summary>
    Oldest,

    /// <summary>The latest to enter this status first.</summary>
    Newest,

    /// <summary>Those that are due first; those without a due date come last.</summary>
    Due,
}
