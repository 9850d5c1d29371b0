namespace Mes.Chaos.Checking;

/// <summary>By which call something was read.</summary>
internal enum ReadPath : byte
{
    Order,
    Status,
    NotModified,

    /// <summary>An order that should be there is not.</summary>
    NotFound,
    List,
    Board,
    Statistics,
}
