using FluentValidation;

namespace Mes.Application.Orders.GetOrderStatus;

/// <summary>Nothing to check: a malformed id is the id of no order.</summary>
internal sealed class GetOrderStatusValidator : AbstractValidator<GetOrderStatus>;
