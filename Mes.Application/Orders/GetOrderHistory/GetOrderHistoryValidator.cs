using FluentValidation;

namespace Mes.Application.Orders.GetOrderHistory;

/// <summary>Nothing of the caller's can be wrong here: a malformed id names no order.</summary>
internal sealed class GetOrderHistoryValidator : AbstractValidator<GetOrderHistory>;
