using FluentValidation;

namespace Mes.Application.Orders.GetOrder;

/// <summary>Nothing of the caller's can be wrong here: a malformed id names no order.</summary>
internal sealed class GetOrderValidator : AbstractValidator<GetOrder>;
