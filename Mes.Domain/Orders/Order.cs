using Mes.Domain.Callers;
using Mes.Domain.Results;

namespace Mes.Domain.Orders;

/// <summary>
/// An order, from the moment it is submitted until it is closed. Its methods are the only way to change its status;
/// each accepted change raises <see cref="Version"/> by exactly one.
/// </summary>
public sealed class Order
{
    private Order(Guid id, string sellerId, string externalId, string material, int quantity)
    {
        Id = id;
        SellerId = sellerId;
        ExternalId = externalId;
        Material = material;
        Quantity = quantity;
    }

    /// <summary>UUID version 7 (RFC 9562).</summary>
    public Guid Id { get; private init; }

    public string SellerId { get; private init; }

    /// <summary>The seller's own reference, unique per seller.</summary>
    public string ExternalId { get; private init; }

    public Model3D Model { get; private init; } = null!;

    public string Material { get; private init; }

    public int Quantity { get; private init; }

    public DateTimeOffset? DueAt { get; private init; }

    public string? Notes { get; private init; }

    public Price? Price { get; private set; }

    /// <summary>Who claimed the order; null before a claim and after a release.</summary>
    public string? OperatorId { get; private set; }

    public Shipment? Shipment { get; private set; }

    public OrderStatus Status { get; private set; }

    public int Version { get; private set; }

    public DateTimeOffset CreatedAt { get; private init; }

    public DateTimeOffset StatusChangedAt { get; private set; }

    /// <summary>The time of the last change. It never goes back, whatever the clocks of the instances say.</summary>
    public DateTimeOffset UpdatedAt { get; private set; }

    /// <summary>Who made the change that led to <see cref="Version"/>, and why.</summary>
    public Change LastChange { get; private set; } = null!;

    public static StatusChange Submit(
        Guid id,
        Caller seller,
        string externalId,
        Model3D model,
        string material,
        int quantity,
        DateTimeOffset? dueAt,
        string? notes,
        DateTimeOffset now)
    {
        now = now.ToMilliseconds();
        var order = new Order(id, seller.Id, externalId, material, quantity)
        {
            Model = model,
            DueAt = dueAt?.ToMilliseconds(),
            Notes = notes,
            Status = OrderStatus.Submitted,
            Version = 1,
            CreatedAt = now,
            StatusChangedAt = now,
            UpdatedAt = now,
            LastChange = new Change(seller.ToString(), null),
        };
        return new StatusChange(order, from: null);
    }

    /// <summary>The seller sends the submission again: the order stays as it is.</summary>
    public StatusChange RepeatSubmission() => new(this, Status, changed: false);

    public Result<StatusChange> SetPrice(Caller by, Price price, DateTimeOffset now) =>
        Move(OrderTransition.SetPrice, by, null, now, () => Price = price);

    public Result<StatusChange> Approve(Caller by, DateTimeOffset now) =>
        Move(OrderTransition.Approve, by, null, now);

    /// <summary>
    /// Exactly one operator wins. The winner repeating the claim gets the same answer and changes nothing.
    /// </summary>
    public Result<StatusChange> Claim(Caller by, DateTimeOffset now)
    {
        if (Status == OrderStatus.ManufacturingStarted && OperatorId is not null)
        {
            return OperatorId == by.Id
                ? new StatusChange(this, Status, changed: false)
                : OrderErrors.AlreadyClaimed(OperatorId);
        }

        return Move(OrderTransition.Claim, by, null, now, () => OperatorId = by.Id);
    }

    public Result<StatusChange> Release(Caller by, string reason, DateTimeOffset now) =>
        Move(OrderTransition.Release, by, reason, now, () => OperatorId = null);

    public Result<StatusChange> Complete(Caller by, DateTimeOffset now) =>
        Move(OrderTransition.Complete, by, null, now);

    public Result<StatusChange> Package(Caller by, DateTimeOffset now) =>
        Move(OrderTransition.Package, by, null, now);

    public Result<StatusChange> Ship(Caller by, Shipment shipment, DateTimeOffset now) =>
        Move(OrderTransition.Ship, by, null, now, () => Shipment = shipment);

    public Result<StatusChange> Close(Caller by, DateTimeOffset now) =>
        Move(OrderTransition.Close, by, null, now);

    public Result<StatusChange> Cancel(Caller by, string reason, DateTimeOffset now) =>
        Move(OrderTransition.Cancel, by, reason, now);

    public Result<StatusChange> Reject(Caller by, string reason, DateTimeOffset now) =>
        Move(OrderTransition.Reject, by, reason, now);

    /// <summary>The names of the transitions that the caller may make now.</summary>
    public IReadOnlyList<string> AllowedFor(Caller caller) =>
        [.. OrderTransition.All.Where(transition => IsAllowed(transition, caller))
            .Select(transition => transition.Name)];

    private bool IsAllowed(OrderTransition transition, Caller caller) =>
        transition.From.Contains(Status)
        && transition.Roles.Contains(caller.Role)
        && caller.MaySee(SellerId)
        && !IsHeldByAnother(transition, caller);

    private bool IsHeldByAnother(OrderTransition transition, Caller caller) =>
        transition.OnlyClaimant && caller.Role == Role.Operator && OperatorId is not null && OperatorId != caller.Id;

    private Result<StatusChange> Move(
        OrderTransition transition, Caller by, string? note, DateTimeOffset now, Action? apply = null)
    {
        if (!transition.From.Contains(Status))
        {
            return OrderErrors.InvalidTransition(transition, Status, AllowedFor(by));
        }

        if (IsHeldByAnother(transition, by))
        {
            return OrderErrors.AlreadyClaimed(OperatorId!);
        }

        var from = Status;
        apply?.Invoke();
        Status = transition.To;
        Version++;
        UpdatedAt = Later(UpdatedAt, now.ToMilliseconds());
        StatusChangedAt = UpdatedAt;
        LastChange = new Change(by.ToString(), note);
        return new StatusChange(this, from);
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
