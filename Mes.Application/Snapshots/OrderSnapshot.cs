using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mes.Application.Json;
using Mes.Domain.Orders;

namespace Mes.Application.Snapshots;

/// <summary>
/// One version of one order: the JSON that callers get, and the values that the service needs without parsing it.
/// </summary>
/// <param name="Json">The <see cref="OrderDocument"/> in UTF-8.</param>
[JsonConverter(typeof(OrderSnapshotConverter))]
public sealed record OrderSnapshot(
    Guid Id,
    int Version,
    string SellerId,
    OrderStatus Status,
    DateTimeOffset StatusChangedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    ReadOnlyMemory<byte> Json)
{
    // Beside the change and not in it: the domain does not know how orders go out.
    private static readonly ConditionalWeakTable<StatusChange, OrderSnapshot> OfChanges = new();

    private Derived _derived;

    /// <summary>A copy with other values makes its own answers.</summary>
    private OrderSnapshot(OrderSnapshot original) =>
        (Id, Version, SellerId, Status, StatusChangedAt, CreatedAt, UpdatedAt, Json) =
        (original.Id, original.Version, original.SellerId, original.Status, original.StatusChangedAt,
            original.CreatedAt, original.UpdatedAt, original.Json);

    /// <summary>
    /// The <see cref="OrderStatusDocument"/> in UTF-8. It is made once, when it is first read: a snapshot that stays in
    /// memory has it ready.
    /// </summary>
    public ReadOnlyMemory<byte> StatusJson => _derived.StatusJson ??=
        JsonSerializer.SerializeToUtf8Bytes(OrderStatusDocument.From(this), MesJson.Options);

    /// <summary>The order after a change. It is serialised once, for the cache and for the answer.</summary>
    public static OrderSnapshot After(StatusChange change) =>
        OfChanges.GetValue(change, static change => From(change.Order));

    public static OrderSnapshot From(Order order) => From(OrderDocument.From(order));

    public static OrderSnapshot From(OrderDocument order) => new(
        order.Id,
        order.Version,
        order.SellerId,
        order.Status,
        order.StatusChangedAt,
        order.CreatedAt,
        order.UpdatedAt,
        JsonSerializer.SerializeToUtf8Bytes(order, MesJson.Options));

    /// <summary>What follows from the other values, and so takes no part in comparisons.</summary>
    private struct Derived : IEquatable<Derived>
    {
        public byte[]? StatusJson { get; set; }

        public readonly bool Equals(Derived other) => true;

        public readonly override bool Equals(object? obj) => obj is Derived;

        public readonly override int GetHashCode() => 0;
    }
}
