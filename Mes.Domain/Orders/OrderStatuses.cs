using System.Diagnostics.CodeAnalysis;

namespace Mes.Domain.Orders;

/// <summary>The names of the statuses, and which of them end an order.</summary>
public static class OrderStatuses
{
    private static readonly string[] Names =
    [
        "SUBMITTED",
        "PRICE_CALCULATED",
        "MANUFACTURING_APPROVED",
        "MANUFACTURING_STARTED",
        "MANUFACTURING_COMPLETED",
        "PACKAGING",
        "SHIPPED",
        "CLOSED",
        "CANCELLED",
        "REJECTED",
    ];

    private static readonly Dictionary<string, OrderStatus> ByName =
        Enum.GetValues<OrderStatus>().ToDictionary(status => Names[(int)status], StringComparer.Ordinal);

    /// <summary>All statuses, in the order in which an order passes through them.</summary>
    public static IReadOnlyList<OrderStatus> All { get; } = Enum.GetValues<OrderStatus>();

    /// <summary>The statuses on the board, in the order in which an order passes through them.</summary>
    public static IReadOnlyList<OrderStatus> Active { get; } = [.. All.Where(status => !status.IsTerminal())];

    /// <summary>Nothing follows a terminal status.</summary>
    public static bool IsTerminal(this OrderStatus status) =>
        status is OrderStatus.Closed or OrderStatus.Cancelled or OrderStatus.Rejected;

    /// <summary>UPPER_SNAKE_CASE, as in JSON and in the database.</summary>
    public static string Name(this OrderStatus status) => Names[(int)status];

    /// <summary>Exact: neither another case nor a number is a name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out OrderStatus status)
    {
        status = default;
        return name is not null && ByName.TryGetValue(name, out status);
    }

    /// <exception cref="FormatException">The name is not one of a status.</exception>
    public static OrderStatus Parse(string name) =>
        TryParse(name, out var status) ? status : throw new FormatException($"'{name}' is not an order status.");
}
