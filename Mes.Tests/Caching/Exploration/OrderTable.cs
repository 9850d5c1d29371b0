using System.Runtime.CompilerServices;
using Mes.Application.Snapshots;
using Mes.Domain.Orders;

namespace Mes.Tests.Caching.Exploration;

/// <summary>
/// The database of one schedule: one order and its outbox. PostgreSQL itself would have thousands of schedules take
/// minutes, and what the protocol wants of it is little: a read sees what was last committed, a commit wants the
/// version that it was loaded with, and writes the outbox row in the same step. That the real one does so, other tests
/// show.
/// </summary>
internal sealed class OrderTable
{
    private readonly Dictionary<int, OrderSnapshot> _versions = [];
    private Order? _order;

    /// <summary>The version that was last committed; 0 when there is no order.</summary>
    public int Version => _order?.Version ?? 0;

    public List<OutboxEntry> Outbox { get; } = [];

    public string? ExternalId => _order?.ExternalId;

    public OrderSnapshot? Read() => _order is null ? null : _versions[Version];

    /// <returns>A copy, to be changed.</returns>
    public Order? Load() => _order is null ? null : Copy(_order);

    public void Insert(Order order)
    {
        _order = Copy(order);
        _versions[order.Version] = OrderSnapshot.From(_order);
    }

    /// <returns>False when somebody else was faster.</returns>
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

    /// <summary>This is, to the byte, what was once committed under its version.</summary>
    public bool Had(OrderSnapshot order) =>
        _versions.TryGetValue(order.Version, out var committed) && committed.Json.Span.SequenceEqual(order.Json.Span);

    // Its parts do not change, so one level is enough.
    private static Order Copy(Order order) => (Order)Clone(order);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "MemberwiseClone")]
    private static extern object Clone(object original);
}
