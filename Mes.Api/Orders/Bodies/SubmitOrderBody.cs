using Mes.Application.Orders.SubmitOrder;

namespace Mes.Api.Orders.Bodies;

/// <summary>A new order.</summary>
/// <param name="ExternalId">The seller's own reference, unique per seller.</param>
/// <param name="Model">The 3D model that is to be made.</param>
/// <param name="Material">What to make it from.</param>
/// <param name="Quantity">How many to make.</param>
/// <param name="DueAt">When the seller needs it, with any offset; fractions of a millisecond are cut off.</param>
/// <param name="Notes">What the seller wants the factory to know.</param>
internal sealed record SubmitOrderBody(
    string? ExternalId,
    SubmittedModel? Model,
    string? Material,
    int? Quantity,
    DateTimeOffset? DueAt,
    string? Notes);
