using FluentValidation;

namespace Mes.Application.Orders.GetOrder;

/// <summary>Nothing to check: a malformed id is the id of no order.</summary>
internal sealed class GetOrderValidator : AbstractValidator<GetOrder>;
