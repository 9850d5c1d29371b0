using Mes.Domain.Orders;

namespace Mes.Application.Board;

/// <summary>A card of the board: what an operator needs to know of an order at a glance.</summary>
/// <param name="Id">The order's id, a UUID of version 7.</param>
/// <param name="SellerId">Whose order it is.</param>
/// <param name="ExternalId">The seller's own reference.</param>
/// <param name="FileName">The name of the 3D model's file.</param>
/// <param name="Material">What to make it from.</param>
/// <param name="Quantity">How many to make.</param>
/// <param name="DueAt">When the seller needs it.</param>
/// <param name="OperatorId">Who claimed the order; null before a claim and after a release.</param>
/// <param name="Status">The order's status, an active one.</param>
/// <param name="Version">The order's version.</param>
/// <param name="CreatedAt">When the order was submitted.</param>
/// <param name="StatusChangedAt">When the order entered its status.</param>
public sealed record CardDocument(
    Guid Id,
    string SellerId,
    string ExternalId,
    string FileName,
    string Material,
    int Quantity,
    DateTimeOffset? DueAt,
    string? OperatorId,
    OrderStatus Status,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset StatusChangedAt);
