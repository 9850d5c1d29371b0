using FluentValidation;

namespace Mes.Application.Orders.ClaimOrder;

/// <summary>Nothing to check: the endpoint has parsed the id and the condition.</summary>
internal sealed class ClaimOrderValidator : AbstractValidator<ClaimOrder>;
