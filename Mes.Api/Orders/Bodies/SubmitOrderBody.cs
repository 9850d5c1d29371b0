using Mes.Application.Orders.SubmitOrder;

namespace Mes.Api.Orders.Bodies;

/// <summary>A new order.</summary>
internal sealed record SubmitOrderBody(
    string? ExternalId,
    SubmittedModel? Model,
    string? Material,
    int? Quantity,
    DateTimeOffset? DueAt,
    string? Notes);
