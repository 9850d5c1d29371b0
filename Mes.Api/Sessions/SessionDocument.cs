using Mes.Api.Hosting;
using Mes.Domain.Orders;

namespace Mes.Api.Sessions;

/// <summary>Who is signed in, and what the board needs to know besides.</summary>
/// <param name="Role">What the key's holder may do.</param>
/// <param name="OperatorId">The operator; null for a service.</param>
/// <param name="Display">Whether the session may read only.</param>
/// <param name="ExpiresAt">
/// When session or key end, whichever is earlier; null for a key that is sent along and does not expire.
/// </param>
/// <param name="Ageing">When an order ages in each active status.</param>
internal sealed record SessionDocument(
    string Role,
    string? OperatorId,
    bool Display,
    DateTimeOffset? ExpiresAt,
    IReadOnlyDictionary<OrderStatus, AgeingThresholds> Ageing);
