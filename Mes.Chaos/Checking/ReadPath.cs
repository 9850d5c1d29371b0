namespace Mes.Chaos.Checking;

/// <summary>The call by which a client read an order.</summary>
internal enum ReadPath : byte
{
    Order,
    Status,
    NotModified,

    /// <summary>An order that should be in the answer is missing.</summary>
    NotFound,

    /// <summary>The last change in the order's complete history.</summary>
    History,
    List,

    /// <summary>A list's page after the first.</summary>
    LaterPage,
    Board,
    Statistics,
}
