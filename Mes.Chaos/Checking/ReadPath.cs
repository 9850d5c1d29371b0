namespace Mes.Chaos.Checking;

/// <summary>By which call something was read.</summary>
internal enum ReadPath : byte
{
    Order,
    Status,
    NotModified,

    /// <summary>An order that should be there is not.</summary>
    NotFound,

    /// <summary>The last of an order's changes, from all of them.</summary>
    History,
    List,

    /// <summary>A page behind a list's first.</summary>
    LaterPage,
    Board,
    Statistics,
}
