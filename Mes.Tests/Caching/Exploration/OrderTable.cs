using System.Runtime.CompilerServices;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// The database of one schedule: one order and its outbox. With PostgreSQL, thousands of schedules would take minutes.
/// The protocol needs little from the database: a read sees what was last committed; a commit requires the version that
/// was loaded, and writes the outbox row in the same step. Other tests show that PostgreSQL does so.
/// </summary>
internal sealed class OrderTable
{
    private readonly Dictionary<int, OrderSnapshot> _versions = [];
    private Order? _order;

    /// <summary>The version that was last committed. 0 if there is no order.</summary>
    public int Version => _order?.Version ?? 0;

    public List<OutboxEntry> Outbox { get; } = [];

    public string? ExternalId => _order?.ExternalId;

    public OrderSnapshot? Read() => _order is null ? null : _versions[Version];

    /// <returns>A copy that the caller may change.</returns>
    public Order? Load() => _order is null ? null : Copy(_order);

    public void Insert(Order order)
    {
        _order = Copy(order);
        _versions[order.Version] = OrderSnapshot.From(_order);
    }

    /// <returns>False if another writer was faster.</returns>
    public bool TryCommit(Order order, int loadedVersion, Actor writer)
    {
        if (loadedVersion != Version)
        {
            return false;
        }

        Insert(order);
        Outbox.Add(new OutboxEntry(order.Version, writer));
        return true;
    }

    /// <summary>Whether this is, to the byte, what was once committed under its version.</summary>
    public bool Had(OrderSnapshot order) =>
        _versions.TryGetValue(order.Version, out var committed) && committed.Json.Span.SequenceEqual(order.Json.Span);

    // A shallow copy is enough, because the parts of an order do not change.
    private static Order Copy(Order order) => (Order)Clone(order);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "MemberwiseClone")]
    private static extern object Clone(object original);
}
